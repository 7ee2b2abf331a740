import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { describe, it } from 'node:test'
import { readConfigFile } from '../../src/adapters/config-file.ts'
import { KEYS, KEYS_WITHOUT_EFFECT } from '../../src/core/config-keys.ts'
import { resolveConfig } from '../../src/core/config.ts'

const EXAMPLE = new URL('../../.obsutilconfig.example', import.meta.url).pathname
const OFFICIAL_DEFAULT = new URL(
  '../fixtures/golden/00-firstrun/default.obsutilconfig',
  import.meta.url,
).pathname

/** Keys that the official tool does not know. */
const OWN_KEYS = ['region', 'checkETagMd5', 'roundPause']

describe('.obsutilconfig.example', () => {
  it('gives every key of the official default file and those of our own, and nothing else', async () => {
    const [example, official] = await Promise.all([entriesOf(EXAMPLE), entriesOf(OFFICIAL_DEFAULT)])
    assert.deepEqual([...example.keys()].toSorted(), [...official.keys(), ...OWN_KEYS].toSorted())
  })

  it('is read without a warning and configures nothing but defaults', async () => {
    const surroundings = { home: '/home/me', environment: {} }
    const resolved = resolveConfig(await entriesOf(EXAMPLE), surroundings)
    assert.deepEqual(resolved, resolveConfig(new Map(), surroundings))
    assert.deepEqual(resolved.warnings, [])
  })

  it('says of exactly the keys without effect that they have none', async () => {
    const text = await readFile(EXAMPLE, 'utf8')
    const keys = [...text.matchAll(/^# Without effect here: .+\n(\w+)=/gm)].map(
      ([, key = '']) => key,
    )
    assert.deepEqual(keys.toSorted(), KEYS_WITHOUT_EFFECT.toSorted())
  })

  it('explains each key in the line above it', async () => {
    const lines = (await readFile(EXAMPLE, 'utf8')).split('\n')
    for (const [index, line] of lines.entries()) {
      if (/^\w+=/.test(line)) assert.match(lines[index - 1] ?? '', /^# ./, line)
    }
  })
})

describe('the official default file', () => {
  it('is read without a warning, to the same configuration as no file but for its log paths', async () => {
    const surroundings = { home: '/home/me', environment: {} }
    const resolved = resolveConfig(await entriesOf(OFFICIAL_DEFAULT), surroundings)
    assert.deepEqual(resolved, resolveConfig(new Map(), surroundings))
  })

  it('knows every key that has an effect here but our own', async () => {
    const official = await entriesOf(OFFICIAL_DEFAULT)
    assert.deepEqual(
      Object.keys(KEYS).filter((key) => !official.has(key)),
      OWN_KEYS,
    )
  })
})

async function entriesOf(path: string): Promise<ReadonlyMap<string, string>> {
  return (await readConfigFile(path, { required: true })).entries
}
