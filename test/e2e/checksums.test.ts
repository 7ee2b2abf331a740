/** Checksums that the store sends of an object are compared without being asked. */
import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'node:test'
import { generated, md5Of } from '../support/test-bytes.ts'
import { linesAbout, makeBench, type Bench, type BenchObject } from './support/bench.ts'
import { amazon, corruptAt, crc, hash, hex, said, SAYINGS, type Saying } from './support/sayings.ts'

const FLAGS = ['-threshold=100KB', '-ps=50KB', '-j=1', '-p=1']
const SMALL = generated(5000, 1)
const LARGE = generated(120 * 1024, 2)
const OTHER = generated(5000, 3)

for (const [name, say] of SAYINGS) {
  test(`bytes that do not have the ${name} of the object never arrive, and the old file stays`, async (t) => {
    const bench = await makeBench(t)
    const objects = [
      { key: 'small', body: SMALL, ...say(SMALL) },
      { key: 'large', body: LARGE, ...say(LARGE) },
    ]
    const taskId = await bench.listObjects(...objects)
    for (const { key } of objects) await writeFile(bench.pathOf(key), 'precious')
    // The last byte of the small object, and one in the last part of the large one.
    bench.server.script.add(
      { on: { method: 'GET', key: 'small' }, do: corruptAt(4999) },
      { on: { method: 'GET', key: 'large', range: /^bytes=102400-/ }, do: corruptAt(7) },
    )

    const run = await bench.recover(taskId, ...FLAGS)

    await bench.assertExit(run, 8)
    const { failed, succeed } = await bench.readReports()
    assert.deepEqual([failed.length, succeed], [2, []])
    for (const { key } of objects) {
      assert.equal(await readFile(bench.pathOf(key), 'utf8'), 'precious')
      const [line = ''] = linesAbout(failed, bench.pathOf(key))
      assert.match(line, / status \[200\], error code \[VerifyChecksumError\],/)
      const what = `VerifyChecksumError, detail:Verify ${name} failed after downloading file [${bench.pathOf(key)}], local `
      assert.ok(line.includes(`error message [${what}`), line)
    }
    assert.deepEqual(await bench.findRemains(), [])
    assert.deepEqual(bench.asked('small'), ['GET', 'HEAD', 'GET'], 'begun again once')
  })

  test(`bytes that do not have the ${name} of the object are fetched once more`, async (t) => {
    const bench = await makeBench(t)
    const objects = [
      { key: 'small', body: SMALL, ...say(SMALL) },
      { key: 'large', body: LARGE, ...say(LARGE) },
      { key: 'empty', body: '', ...say(generated(0)) },
    ]
    const taskId = await bench.listObjects(...objects)
    bench.server.script.add(
      { on: { method: 'GET', key: 'small', nth: 1 }, do: corruptAt(0) },
      { on: { method: 'GET', key: 'large', nth: 1 }, do: corruptAt(7) },
    )

    const run = await bench.recover(taskId, ...FLAGS)

    await bench.assertExit(run, 0)
    await bench.assertArrived(...objects)
    assert.deepEqual(await bench.findRemains(), [])
    for (const { key } of objects) assert.equal(await checksLogged(bench, key), name)
    assert.match(run.stdout, /transferred size:124\.88KB\]/)
  })

  test(`an object that has its ${name} makes neither a warning nor a request more`, async (t) => {
    const bench = await makeBench(t)
    const objects = [
      { key: 'small', body: SMALL, ...say(SMALL) },
      { key: 'large', body: LARGE, ...say(LARGE) },
    ]

    const run = await bench.recover(await bench.listObjects(...objects), ...FLAGS)

    await bench.assertExit(run, 0)
    await bench.assertArrived(...objects)
    assert.equal(run.stderr, '')
    const { succeed, warning } = await bench.readReports()
    assert.deepEqual(warning, [])
    const [line = ''] = linesAbout(succeed, bench.pathOf('large'))
    assert.match(line, /^\S+Z 120\.00KB, n\/a, obs:/)
    assert.deepEqual(bench.asked('small'), ['GET'])
    assert.deepEqual(bench.asked('large').length, 4)
  })
}

test('the log names all checks of an item, and `none` where there was nothing to compare', async (t) => {
  const bench = await makeBench(t)
  const several = { ...said('x-obs-hash-crc64ecma', String(crc('crc64ecma', SMALL))).headers }
  const objects: readonly BenchObject[] = [
    { key: 'none', body: SMALL },
    {
      key: 'several',
      body: SMALL,
      etag: md5Of(SMALL),
      headers: { ...several, 'x-amz-meta-md5chksum': md5Of(SMALL) },
    },
  ]
  const taskId = await bench.listObjects(...objects)

  await bench.assertExit(await bench.recover(taskId), 0)
  assert.equal(await checksLogged(bench, 'none'), 'none')
  assert.equal(await checksLogged(bench, 'several'), 'crc64ecma')

  await bench.assertExit(await bench.recover(taskId, '-vlength', '-vmd5'), 0)
  assert.equal(await checksLogged(bench, 'none'), 'length')
  assert.equal(await checksLogged(bench, 'several'), 'length, md5, crc64ecma')
})

const FOREIGN: readonly (readonly [what: string, object: Saying])[] = [
  [
    'checksum of checksums, told by its type',
    {
      headers: {
        ...amazon('crc32', hex(crc('crc32', OTHER), 8)).headers,
        'x-amz-checksum-type': 'COMPOSITE',
      },
    },
  ],
  [
    'checksum of checksums, told by its form',
    said(
      'x-amz-checksum-sha256',
      `${Buffer.from(hash('sha256', OTHER), 'hex').toString('base64')}-2`,
    ),
  ],
  ['ETag of an upload in parts', { etag: `"${md5Of(OTHER)}-2"` }],
  [
    'ETag under KMS',
    { etag: `"${md5Of(OTHER)}"`, headers: { 'x-amz-server-side-encryption': 'aws:kms' } },
  ],
  [
    "ETag under a customer's key",
    {
      etag: `"${md5Of(OTHER)}"`,
      headers: { 'x-amz-server-side-encryption-customer-algorithm': 'AES256' },
    },
  ],
]

for (const [what, object] of FOREIGN) {
  test(`a ${what} is not taken for one of the bytes`, async (t) => {
    const bench = await makeBench(t)
    const objects = [
      { key: 'small', body: SMALL, ...object },
      { key: 'large', body: LARGE, ...object },
    ]

    const run = await bench.recover(await bench.listObjects(...objects), ...FLAGS)

    await bench.assertExit(run, 0)
    await bench.assertArrived(...objects)
    assert.equal(await checksLogged(bench, 'small'), 'none')
  })
}

test('checkETagMd5=false is for ETags that look like an MD5 and are none', async (t) => {
  const bench = await makeBench(t)
  const objects = [
    { key: 'small', body: SMALL, etag: `"${md5Of(OTHER)}"` },
    { key: 'large', body: LARGE, etag: `"${md5Of(OTHER)}"` },
  ]
  const taskId = await bench.listObjects(...objects)
  const refused = await bench.recover(taskId, ...FLAGS)
  await bench.assertExit(refused, 8)
  const [line = ''] = (await bench.readReports()).failed
  assert.match(line, /if the ETags of this store are not MD5 sums, set checkETagMd5=false\]/)

  await bench.configure({ checkETagMd5: 'false' })
  await bench.assertExit(await bench.recover(taskId, ...FLAGS), 0)
  await bench.assertArrived(...objects)
})

/** The checks that the last line of the log about a success of this item names. */
async function checksLogged(bench: Bench, key: string): Promise<string | undefined> {
  const log = await readFile(join(bench.home, '.obsutil_log/obsutil.log'), 'utf8')
  const line = log.split('\n').findLast((one) => one.includes(`/${key} to [`)) ?? ''
  return /\[INFO\]: .* succeeded, checked \[(.*)\]$/.exec(line)?.[1]
}
