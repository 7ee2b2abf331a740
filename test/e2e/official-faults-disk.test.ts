/** What the official tool does to files, each by its number in docs/compatibility.md. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'node:test'
import { generated, type ByteSource } from '../support/test-bytes.ts'
import { runAsNobody } from './support/as-nobody.ts'
import { BUCKET, listedSize, makeBench, type Bench } from './support/bench.ts'
import { readFailures } from './support/reported-failure.ts'

const LARGE = generated(120 * 1024, 7)
const PARTS = ['-threshold=64KB', '-ps=32KB']
const ETAG = '"7bf0c4d5e6f708192a3b4c5d6e7f8091-2"'
const MODIFIED = new Date('2024-01-02T03:04:05Z')

test('B14: a part record of the official tool that names another file does not cost that file', async (t) => {
  const bench = await makeBench(t)
  const object = { key: 'k', body: LARGE, etag: ETAG, lastModified: MODIFIED }
  const taskId = await bench.listObjects(object)
  const victim = join(bench.home, 'victim.db')
  await writeFile(victim, 'precious')
  await layOfficialRecord(bench, { key: 'k', body: LARGE, tempFile: victim })

  const run = await bench.recover(taskId, ...PARTS)

  await bench.assertExit(run, 0)
  await bench.assertArrived(object)
  assert.equal(await readFile(victim, 'utf8'), 'precious')
})

test('B14: a part record of the official tool that calls garbage complete is not believed', async (t) => {
  const bench = await makeBench(t)
  const object = { key: 'k', body: LARGE, etag: ETAG, lastModified: MODIFIED }
  const taskId = await bench.listObjects(object)
  const tempFile = bench.pathOf('01b045b6-c562-4a1f-b687-4fa125de0dc3.obs.temp')
  await writeFile(tempFile, Buffer.alloc(LARGE.sizeBytes, 0xee))
  await layOfficialRecord(bench, { key: 'k', body: LARGE, tempFile })

  const run = await bench.recover(taskId, ...PARTS)

  await bench.assertExit(run, 0)
  await bench.assertArrived(object)
})

test('B15: one large object for two paths, and listed twice, arrives at both', async (t) => {
  const bench = await makeBench(t, { latencyMs: 10 })
  bench.put({ key: 'k', body: LARGE })
  const items = ['one', 'two', 'one'].map((name) => ({
    bucket: BUCKET,
    key: 'k',
    destination: bench.pathOf(name),
    size: listedSize(LARGE.sizeBytes),
  }))
  const taskId = await bench.writeFailureList({ items })

  const run = await bench.recover(taskId, ...PARTS, '-j=3', '-p=1')

  await bench.assertExit(run, 0)
  await bench.assertArrived({ key: 'one', body: LARGE }, { key: 'two', body: LARGE })
  assert.equal((await bench.readReports()).succeed.length, 2)
  assert.deepEqual(await bench.findRemains(), [])
})

test('B16: a download whose every try breaks off leaves the old file as it was', async (t) => {
  const bench = await makeBench(t, { config: { maxRetryCount: 1 } })
  const objects = [
    { key: 'small', body: generated(5000) },
    { key: 'large', body: LARGE },
  ]
  const taskId = await bench.listObjects(...objects)
  for (const { key } of objects) await writeFile(bench.pathOf(key), 'precious')
  bench.server.script.add({ on: { method: 'GET' }, do: { break: { at: 0, by: 'cut' } } })

  const run = await bench.recover(taskId, ...PARTS)

  await bench.assertExit(run, 8)
  for (const { key } of objects) {
    assert.equal(await readFile(bench.pathOf(key), 'utf8'), 'precious')
  }
})

test('B22: an empty folder at the destination of a large object stays a folder', async (t) => {
  const bench = await makeBench(t)
  const taskId = await bench.listObjects({ key: 'large', body: LARGE })
  await mkdir(bench.pathOf('large'))

  const run = await bench.recover(taskId, ...PARTS, '-vlength')

  await bench.assertExit(run, 0)
  await bench.assertArrived({ key: 'large/large', body: LARGE })
  const again = await bench.recover(taskId, ...PARTS, '-u')
  assert.match(again.stdout, /\bSkip count: +1$/m)
})

test('B23: a folder that may not be written to is told as that', async (t) => {
  const bench = await makeBench(t)
  const objects = [
    { key: 'closed/small', body: 'content' },
    { key: 'closed/large', body: LARGE },
  ]
  const taskId = await bench.listObjects(...objects)
  await mkdir(bench.pathOf('closed'))
  await chmod(bench.pathOf('closed'), 0o555)

  const run = await runAsNobody(t, bench, bench.words(taskId, ...PARTS))

  if (run === undefined) return
  await bench.assertExit(run, 8)
  for (const [key, { code, message }] of await readFailures(bench)) {
    assert.equal(code, 'EACCES', key)
    assert.ok(message.includes(bench.pathOf('closed')), message)
    assert.match(message, /permission denied/)
  }
  assert.equal((await bench.readReports()).failed.length, 2)
})

interface OfficialRecord {
  readonly key: string
  readonly body: ByteSource
  readonly tempFile: string
}

/** Lays a part record as the official tool writes it, with one part that is called complete. */
async function layOfficialRecord(bench: Bench, record: OfficialRecord): Promise<void> {
  const { key, body, tempFile } = record
  const folder = join(bench.cpd, 'download')
  const name = createHash('md5').update(`${BUCKET}_${key}`).digest('hex')
  await mkdir(folder)
  await writeFile(
    join(folder, `${name}.txt`),
    `<DownloadFileCheckpoint><Bucket>${BUCKET}</Bucket><Key>${key}</Key><VersionId></VersionId>` +
      `<FileUrl>${bench.pathOf(key)}</FileUrl><ObjectInfo>` +
      `<LastModified>${MODIFIED.getTime() / 1000}</LastModified><Size>${body.sizeBytes}</Size>` +
      `<ETag>${ETAG.replaceAll('"', '&#34;')}</ETag></ObjectInfo><TempFileInfo>` +
      `<TempFileUrl>${tempFile}</TempFileUrl><Size>${body.sizeBytes}</Size></TempFileInfo>` +
      `<DownloadParts><DownloadPart><PartNumber>1</PartNumber><RangeStart>0</RangeStart>` +
      `<RangeEnd>${body.sizeBytes - 1}</RangeEnd><IsCompleted>true</IsCompleted></DownloadPart>` +
      `</DownloadParts></DownloadFileCheckpoint>`,
  )
}
