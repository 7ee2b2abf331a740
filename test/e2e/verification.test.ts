/** `-vlength` and `-vmd5`. */
import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import test from 'node:test'
import { generated, md5Of } from '../support/test-bytes.ts'
import { listTree } from '../support/workspace.ts'
import { linesAbout, makeBench } from './support/bench.ts'

const PARTS = ['-threshold=100KB', '-ps=50KB']
const SMALL = generated(5000, 1)
const LARGE = generated(120 * 1024, 2)
const OTHER_MD5 = md5Of(generated(1))

test('`-vmd5` compares with `x-obs-meta-md5chksum` or `x-amz-meta-md5chksum`, in any case', async (t) => {
  const bench = await makeBench(t)
  const objects = [
    { key: 'obs', body: SMALL, headers: { 'x-obs-meta-md5chksum': md5Of(SMALL) } },
    { key: 'amz', body: SMALL, headers: { 'x-amz-meta-md5chksum': md5Of(SMALL) } },
    { key: 'upper', body: SMALL, headers: { 'X-Obs-Meta-Md5chksum': md5Of(SMALL).toUpperCase() } },
    { key: 'large-obs', body: LARGE, headers: { 'x-obs-meta-md5chksum': md5Of(LARGE) } },
    { key: 'large-amz', body: LARGE, headers: { 'x-amz-meta-md5chksum': md5Of(LARGE) } },
  ]
  const taskId = await bench.listObjects(...objects)

  const run = await bench.recover(taskId, '-vmd5', ...PARTS)

  await bench.assertExit(run, 0)
  await bench.assertArrived(...objects)
  assert.match(run.stdout, /^VerifyLength: {2}false +VerifyMd5: +true$/m)
  const { succeed, warning } = await bench.readReports()
  assert.deepEqual(warning, [])
  for (const { key, body } of objects) {
    const [line = ''] = linesAbout(succeed, bench.pathOf(key))
    assert.ok(line.includes(`, ${md5Of(body)}, obs://`), line)
  }
  assert.deepEqual(bench.asked('obs'), ['GET'])
})

test('an MD5 that differs fails the item and leaves what was at the destination', async (t) => {
  const bench = await makeBench(t)
  const headers = { 'x-amz-meta-md5chksum': OTHER_MD5 }
  const objects = [
    { key: 'small', body: SMALL, headers },
    { key: 'large', body: LARGE, headers },
    { key: 'new', body: SMALL, headers },
  ]
  const taskId = await bench.listObjects(...objects)
  await writeFile(bench.pathOf('small'), 'precious')
  await writeFile(bench.pathOf('large'), 'precious')

  const run = await bench.recover(taskId, '-vmd5', ...PARTS)

  await bench.assertExit(run, 8)
  assert.deepEqual(await listTree(bench.dest), ['large', 'small'])
  assert.equal(await readFile(bench.pathOf('small'), 'utf8'), 'precious')
  assert.equal(await readFile(bench.pathOf('large'), 'utf8'), 'precious')
  assert.deepEqual(await bench.findRemains(), [])
  const { failed, succeed } = await bench.readReports()
  assert.deepEqual([failed.length, succeed], [3, []])
  const [line = ''] = linesAbout(failed, bench.pathOf('small'))
  const detail = `VerifyMd5Error, detail:Verify md5 failed after downloading file [${bench.pathOf('small')}], local md5 [${md5Of(SMALL)}] remote md5 [${OTHER_MD5}]`
  assert.ok(line.includes(`, error message [${detail}], request id [`), line)
  assert.deepEqual(bench.asked('small'), ['GET'], 'the same bytes are not fetched again')
})

test('corrupted bytes are caught by `-vmd5`, and the next run brings the right ones', async (t) => {
  const bench = await makeBench(t)
  const objects = [
    { key: 'small', body: SMALL, headers: { 'x-obs-meta-md5chksum': md5Of(SMALL) } },
    { key: 'large', body: LARGE, headers: { 'x-obs-meta-md5chksum': md5Of(LARGE) } },
  ]
  bench.server.script.add({ on: { method: 'GET' }, do: { body: { kind: 'corrupt', at: 100 } } })
  const taskId = await bench.listObjects(...objects)
  await bench.assertExit(await bench.recover(taskId, '-vmd5', ...PARTS), 8)
  assert.deepEqual(await listTree(bench.dest), [])
  bench.server.script.clear()

  const run = await bench.recover(taskId, '-vmd5', ...PARTS)

  await bench.assertExit(run, 0)
  await bench.assertArrived(...objects)
})

test('an object without a usable md5chksum succeeds with a warning, one for each object', async (t) => {
  const bench = await makeBench(t)
  const objects = [
    { key: 'none', body: SMALL },
    { key: 'large-none', body: LARGE },
    { key: 'nonsense', body: SMALL, headers: { 'x-obs-meta-md5chksum': 'not an md5' } },
    { key: 'good', body: SMALL, headers: { 'x-obs-meta-md5chksum': md5Of(SMALL) } },
  ]
  const taskId = await bench.listObjects(...objects)

  const run = await bench.recover(taskId, '-vmd5', ...PARTS)

  await bench.assertExit(run, 0)
  await bench.assertArrived(...objects)
  const { warning, succeed, files } = await bench.readReports()
  assert.deepEqual([succeed.length, warning.length], [4, 3])
  const [line = ''] = linesAbout(warning, bench.pathOf('none'))
  assert.match(
    line,
    /^\S+Z 4\.88KB, obs:\/\/bucket-a\/none --> \S+\/none, warn message \[Cannot get the valid md5 value of key \[none\] in bucket \[bucket-a\] to check\]$/,
  )
  const [unverified = ''] = linesAbout(succeed, bench.pathOf('none'))
  assert.match(unverified, /^\S+Z 4\.88KB, n\/a, obs:/)
  assert.match(run.stdout, /^Warning count: +3$/m)
  const list = files.find((name) => name.startsWith('cp_warning_report_')) ?? ''
  assert.match(await readFile(`${bench.out}/${list}`, 'utf8'), /Z Warning count is: 3\n$/)
})

test('without `-vmd5` an md5chksum that differs is not looked at', async (t) => {
  const bench = await makeBench(t)
  const object = { key: 'k', body: SMALL, headers: { 'x-amz-meta-md5chksum': OTHER_MD5 } }

  const run = await bench.recover(await bench.listObjects(object))

  await bench.assertExit(run, 0)
  await bench.assertArrived(object)
})

test('`-vlength -vmd5` take objects of every kind that are as they should be', async (t) => {
  const bench = await makeBench(t)
  const objects = [
    { key: 'small', body: SMALL, headers: { 'x-obs-meta-md5chksum': md5Of(SMALL) } },
    { key: 'large', body: LARGE, headers: { 'x-obs-meta-md5chksum': md5Of(LARGE) } },
    {
      key: 'empty',
      body: '',
      headers: { 'x-obs-meta-md5chksum': 'd41d8cd98f00b204e9800998ecf8427e' },
    },
  ]
  const taskId = await bench.listObjects(...objects, { key: 'folder/', body: '' })

  const run = await bench.recover(taskId, '-vlength', '-vmd5', ...PARTS)

  await bench.assertExit(run, 0)
  await bench.assertArrived(...objects)
  assert.match(run.stdout, /^VerifyLength: {2}true +VerifyMd5: +true$/m)
  assert.deepEqual((await bench.readReports()).warning, [])
})

test('a body that ends one byte early never arrives, with `-vlength` or without', async (t) => {
  for (const flags of [[], ['-vlength']]) {
    const bench = await makeBench(t, { config: { maxRetryCount: 0 } })
    const objects = [
      { key: 'small', body: SMALL },
      { key: 'large', body: LARGE },
    ]
    bench.server.script.add({ on: {}, do: { break: { at: 4999, by: 'cut' } } })
    const taskId = await bench.listObjects(...objects)

    const run = await bench.recover(taskId, ...PARTS, ...flags)

    await bench.assertExit(run, 8)
    assert.deepEqual(await listTree(bench.dest), [])
    assert.equal((await bench.readReports()).failed.length, 2)
  }
})
