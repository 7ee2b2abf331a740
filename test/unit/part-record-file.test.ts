import assert from 'node:assert/strict'
import { readdirSync, readlinkSync } from 'node:fs'
import files, { appendFile, mkdir, readFile, readdir, rmdir, writeFile } from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { createPartRecords } from '../../src/adapters/part-record-file.ts'
import type { PartHeader } from '../../src/core/part-record.ts'
import { makeTempFolder } from '../support/temp-folder.ts'

const header: PartHeader = {
  bucket: 'b',
  key: 'k',
  versionId: undefined,
  destination: '/d/k',
  sizeBytes: 100,
  etag: '"e"',
  lastModifiedMs: 1,
  tempFile: '/d/.id.obs.temp',
  partSizeBytes: 10,
}
const range = (part: number) => ({ part, start: part * 10 - 10, end: part * 10, crc32: part })

describe('a part record on disk', () => {
  it('is one line for the download and one appended for each range', async (t) => {
    const folder = await makeTempFolder(t)
    const records = createPartRecords(folder, 'cached')
    const record = await records.create('id', header, [])
    await Promise.all([record.append(range(2)), record.append(range(1))])
    await record.append(range(3))
    await record.close()
    const lines = (await readFile(join(folder, 'id.jsonl'), 'utf8')).split('\n')
    assert.equal(lines.length, 5)
    assert.equal(lines[1], '{"part":2,"start":10,"end":20,"crc32":"00000002"}')
    assert.equal(lines[4], '')
    const loaded = await createPartRecords(folder, 'cached').load('id')
    assert.deepEqual(loaded, { header, ranges: [range(1), range(2), range(3)] })
  })

  it('is known to the next run before that looks at it, and no more once it is removed', async (t) => {
    const folder = await makeTempFolder(t)
    const record = await createPartRecords(folder, 'fsync').create('id', header, [range(1)])
    await record.append(range(2))
    await record.close()
    const records = createPartRecords(folder, 'fsync')
    assert.deepEqual([records.has('id'), records.has('other')], [true, false])
    await records.remove('id')
    assert.equal(records.has('id'), false)
    assert.deepEqual(await readdir(folder), [])
  })

  it('is written anew in turn with what is appended', async (t) => {
    const folder = await makeTempFolder(t)
    const record = await createPartRecords(folder, 'fsync').create('id', header, [range(1)])
    await Promise.all([
      record.append(range(2)),
      record.rewrite([range(3), range(2)]),
      record.append(range(4)),
    ])
    await record.close()
    const text = await readFile(join(folder, 'id.jsonl'), 'utf8')
    const parts = Array.from(text.matchAll(/"part":(\d)/g), ([, part]) => part)
    assert.deepEqual(parts, ['3', '2', '4'])
    assert.deepEqual(await readdir(folder), ['id.jsonl'])
  })

  it('is believed up to a torn last line', async (t) => {
    const folder = await makeTempFolder(t)
    const records = createPartRecords(folder, 'cached')
    const record = await records.create('id', header, [range(1)])
    await record.close()
    await appendFile(join(folder, 'id.jsonl'), '{"part":2,"start":10,"en')
    assert.deepEqual((await records.load('id'))?.ranges, [range(1)])
  })

  for (const [name, text] of [
    ['empty', ''],
    ['garbage', '\u0000\u0001garbage\n'],
    ['of another version', '{"version":99}\n'],
  ] as const) {
    it(`counts as none when it is ${name}`, async (t) => {
      const folder = await makeTempFolder(t)
      await writeFile(join(folder, 'id.jsonl'), text)
      const records = createPartRecords(folder, 'cached')
      assert.ok(records.has('id'))
      assert.equal(await records.load('id'), undefined)
    })
  }
})

describe('a part record that is written anew', () => {
  it('is not open at that moment, for Windows puts nothing in the place of an open file', async (t) => {
    if (process.platform !== 'linux') return t.skip('only Linux tells which files are open')
    const folder = await makeTempFolder(t)
    const path = join(folder, 'id.jsonl')
    const record = await createPartRecords(folder, 'cached').create('id', header, [])
    const seen: (readonly string[])[] = []
    watchRenames(t, () => seen.push(openFiles()))

    await record.rewrite([range(1)])
    await record.append(range(2))
    await record.close()

    assert.equal(seen.length, 1)
    assert.equal(seen[0]?.includes(path), false)
    assert.equal((await readFile(path, 'utf8')).split('\n').length, 4)
  })
  it('goes on as it was where that fails', async (t) => {
    const folder = await makeTempFolder(t)
    const records = createPartRecords(folder, 'cached')
    const record = await records.create('id', header, [range(1)])
    await mkdir(join(folder, 'id.jsonl.new'))

    await assert.rejects(record.rewrite([range(2)]))
    await record.append(range(3))
    assert.deepEqual((await records.load('id'))?.ranges, [range(1), range(3)])
    await rmdir(join(folder, 'id.jsonl.new'))
    await record.rewrite([range(3), range(4)])
    await record.append(range(5))
    await record.close()

    const found = await records.load('id')
    assert.deepEqual(found?.ranges, [range(3), range(4), range(5)])
  })
})

function watchRenames(t: TestContext, look: () => void): void {
  const { rename } = files
  files.rename = async (from, to) => {
    look()
    await rename(from, to)
  }
  syncBuiltinESMExports()
  t.after(() => {
    files.rename = rename
    syncBuiltinESMExports()
  })
}

function openFiles(): readonly string[] {
  return readdirSync('/proc/self/fd').flatMap((number) => {
    try {
      return [readlinkSync(`/proc/self/fd/${number}`)]
    } catch {
      return []
    }
  })
}
