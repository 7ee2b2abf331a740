import assert from 'node:assert/strict'
import { copyFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, it } from 'node:test'
import { createOfficialRecords } from '../../src/adapters/official-records.ts'
import { formatOfficialRecord, officialRecordFile } from '../support/official-record.ts'
import { makeTempFolder } from '../support/temp-folder.ts'

const GOLDEN_NAME = 'a731df474ae9c8e8e6fffc534dc32d9a.txt'
const golden = new URL(`../fixtures/golden/mp-sigint/checkpoint/${GOLDEN_NAME}`, import.meta.url)
const object = { bucket: 'bucket-m', key: 'big/one.bin', versionId: undefined }

describe('the part records of the official tool', () => {
  it('are found by the object, read, and removed', async (t) => {
    const folder = await makeTempFolder(t)
    await copyFile(fileURLToPath(golden), join(folder, GOLDEN_NAME))
    await writeFile(join(folder, 'other.txt'), '')
    const records = createOfficialRecords(folder)
    assert.equal(records.has({ ...object, key: 'big/two.bin' }), false)
    assert.equal(records.has({ ...object, versionId: 'v' }), false)
    assert.equal(records.has(object), true)
    assert.equal((await records.load(object))?.destination, '/data/mp/one.bin')
    await records.remove(object)
    assert.equal(records.has(object), false)
    assert.deepEqual(await readdir(folder), ['other.txt'])
  })

  it('are none where their folder is none', async (t) => {
    const folder = await makeTempFolder(t)
    await writeFile(join(folder, 'file'), '')
    for (const name of ['missing', 'file']) {
      assert.equal(createOfficialRecords(join(folder, name)).has(object), false)
    }
  })

  for (const [name, change] of [
    ['as it should be', undefined],
    [
      'too large to be one',
      (text: string) => text.replace('<Key>', `<Key>${'&amp;'.repeat(3_500_000)}`),
    ],
    ['not UTF-8', (text: string) => Buffer.from(text.replace('<Key>', '<Key>\xff'), 'latin1')],
    ['UTF-8 with a mark at its beginning', (text: string) => `\ufeff${text}`],
  ] as const) {
    it(`are read where a record is ${name}: ${change === undefined}`, async (t) => {
      const folder = await makeTempFolder(t)
      const text = formatOfficialRecord({
        ...object,
        versionId: '',
        destination: '/d',
        sizeBytes: 1,
        etag: '"e"',
        lastModifiedSeconds: 1,
        tempFile: '/t',
        parts: [{ start: 0, end: 1, complete: true }],
      })
      const path = join(folder, officialRecordFile(object.bucket, object.key))
      await writeFile(path, change?.(text) ?? text)
      const record = await createOfficialRecords(folder).load(object)
      assert.equal(record !== undefined, change === undefined)
    })
  }
})
