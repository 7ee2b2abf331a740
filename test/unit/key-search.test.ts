import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { createKeySearch, keysInFile, type KeyPlaces } from '../../src/compose/keys.ts'
import { startMetadataServer } from '../support/metadata-server.ts'
import { makeWorkspace } from '../support/workspace.ts'

const IN_ENVIRONMENT = {
  OBS_ENDPOINT: 'http://store',
  OBS_ACCESS_KEY_ID: 'ENVIRONMENTKEY',
  OBS_SECRET_ACCESS_KEY: 'secret of the environment',
}

describe('a search for new keys', { concurrency: true }, () => {
  for (const [what, text] of [
    ['its sk', 'ak=NEW\n'],
    ['its ak', 'sk=new\n'],
    ['both', ''],
    ['the second half of a line', 'ak=NEW\nsk='],
  ] as const) {
    it(`does not take the environment's keys for those of a file that lacks ${what}`, async (t) => {
      const { path, search } = await setUp(t, { inFile: ['ak', 'sk'] })
      await writeFile(path, text)
      await assert.rejects(search(never()), /has no (ak|sk|ak and no sk) any more$/)
    })
  }

  it('does not ask the metadata service where the file lacks the keys that it had', async (t) => {
    const metadata = await startMetadataServer(t, () => ({ kind: 'text', status: 500, text: '' }))
    const { path, search } = await setUp(t, {
      inFile: ['ak', 'sk'],
      environment: {
        OBS_ENDPOINT: 'http://store',
        OBS_ECS_METADATA_ENDPOINT: metadata.endpoint,
      },
    })
    await writeFile(path, 'autoChooseSecurityProvider=true\n')
    await assert.rejects(search(never()), /has no ak and no sk any more/)
    assert.deepEqual(metadata.asked, [])
  })

  it('finds keys that are written while it looks', async (t) => {
    const { path, search } = await setUp(t, { inFile: ['ak', 'sk'] })
    await writeFile(path, 'ak=NEW\n')
    const found = search(never())
    setTimeout(() => void writeFile(path, 'ak=NEW\nsk=new\n'), 100)
    assert.deepEqual(await found, { kind: 'keys', ak: 'NEW', sk: 'new', token: '' })
  })

  it("still takes the environment's keys where the file never had any", async (t) => {
    const { path, search } = await setUp(t, { inFile: [] })
    await writeFile(path, '')
    assert.equal((await search(never())).ak, 'ENVIRONMENTKEY')
  })

  it('tells the user once where it looks, and only of keys that were refused', async (t) => {
    const { path, search, said } = await setUp(t, { inFile: [] })
    for (const cause of ['due', 'doubted', undefined] as const) await search(never(), cause)
    assert.deepEqual(said, [])
    await search(never(), 'refused')
    await search(never(), 'refused')
    assert.deepEqual(said, [`Warn: The store refuses the keys; looking for new ones in [${path}]`])
  })

  it('names the metadata service where the keys came from there', async (t) => {
    const { path, search, said } = await setUp(t, { source: 'metadata' })
    await search(never(), 'refused')
    assert.ok(said[0]?.endsWith(` in [${path}] and the ECS metadata service`), said[0])
  })

  it('ends at an interrupt, whatever it waits for', async (t) => {
    const metadata = await startMetadataServer(t, () => ({ kind: 'silence', after: 'nothing' }))
    const { search, run } = await setUp(t, {
      source: 'metadata',
      text: 'autoChooseSecurityProvider=true\n',
      environment: {
        OBS_ENDPOINT: 'http://store',
        OBS_ECS_METADATA_ENDPOINT: metadata.endpoint,
      },
    })
    const closing = new AbortController()
    const search1 = search(closing.signal)
    run.abort(new Error('interrupted'))
    await assert.rejects(search1, /^Error: interrupted$/)
    closing.abort()
  })
})

describe('`keysInFile()`', () => {
  it('counts what the file has, but no empty value and no stand-in of the sample', () => {
    const home = { home: '/home/me' }
    assert.deepEqual(keysInFile(new Map(), home), [])
    assert.deepEqual(keysInFile(new Map([['ak', 'A']]), home), ['ak'])
    const both = [
      ['ak', 'A'],
      ['sk', 'S'],
    ] as const
    assert.deepEqual(keysInFile(new Map(both), home), ['ak', 'sk'])
    const standIn = '*** Provide your Secret Key ***'
    assert.deepEqual(keysInFile(new Map([...both, ['sk', standIn]]), home), ['ak'])
  })
})

const never = () => new AbortController().signal

interface SetUp extends Partial<KeyPlaces> {
  readonly environment?: Readonly<Record<string, string>>
  readonly text?: string
}

async function setUp(t: TestContext, { environment = IN_ENVIRONMENT, text = '', ...more }: SetUp) {
  const { home } = await makeWorkspace(t)
  const path = join(home, '.obsutilconfig')
  await writeFile(path, text)
  const said: string[] = []
  const run = new AbortController()
  const places: KeyPlaces = {
    file: { path, required: false },
    surroundings: { home, environment },
    source: 'keys',
    inFile: [],
    ...more,
  }
  const search = createKeySearch(places, { say: (line) => said.push(line), signal: run.signal })
  return { path, search, said, run }
}
