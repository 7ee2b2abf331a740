/** Keys that change while a run lasts, and that nobody may see. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'node:test'
import { TEST_CREDENTIALS } from '../support/fault-server.ts'
import { errorAnswer } from '../support/fault-scripts.ts'
import { generated } from '../support/test-bytes.ts'
import {
  assertSecret,
  atRequest,
  NEW,
  SESSION,
  smallObjects,
  writeKeys,
} from './support/accounts.ts'
import { makeBench, newTaskIdOf } from './support/bench.ts'

/** One large object in parts of 10,000 bytes, one after the other. */
const PARTS = ['-threshold=1', '-ps=10000', '-p=1', '-j=1']
const LARGE = { key: 'large', body: generated(60_000) }

test('keys that are replaced in the file in mid-run cost no item and no retry', async (t) => {
  const bench = await makeBench(t, { config: { maxRetryCount: 0, utilLogLevel: 'DEBUG' } })
  const objects = smallObjects(40)
  const taskId = await bench.listObjects(...objects)
  atRequest(bench, 3, () => {
    bench.server.admit(NEW)
    writeKeys(bench, NEW)
  })

  const run = await bench.recover(taskId)

  await bench.assertExit(run, 0)
  await bench.assertArrived(...objects)
  const refused = bench.server.requests.all.filter(({ status }) => status === 403)
  assert.ok(refused.length > 0 && refused.length <= 5, `${refused.length} were refused`)
  assert.equal(bench.asked().length, objects.length + refused.length)
  const path = join(bench.home, '.obsutilconfig')
  assert.equal(run.stderr, `Warn: The store refuses the keys; looking for new ones in [${path}]\n`)
  await assertSecret(bench, run, TEST_CREDENTIALS, NEW)
})

test('a session token that expires is replaced, and sent as x-amz-security-token', async (t) => {
  const later = { ...SESSION, sessionToken: 'a later session/token+==' }
  const bench = await makeBench(t, { credentials: SESSION })
  writeKeys(bench, SESSION)
  const taskId = await bench.listObjects(...smallObjects(6))
  atRequest(bench, 2, () => {
    bench.server.admit(later)
    writeKeys(bench, later)
  })

  const run = await bench.recover(taskId, '-j=1')

  await bench.assertExit(run, 0)
  const tokens = bench.server.requests.all.map(({ headers }) => headers['x-amz-security-token'])
  assert.deepEqual(new Set(tokens), new Set([SESSION.sessionToken, later.sessionToken]))
  await assertSecret(bench, run, SESSION, later)
})

test('a HEAD refused without a word has the keys looked for, too', async (t) => {
  const bench = await makeBench(t)
  const objects = smallObjects(4)
  bench.put(...objects)
  const taskId = await bench.writeFailureList({ items: objects.map(bench.unsizedItemOf) })
  atRequest(bench, 2, () => {
    bench.server.admit(NEW)
    writeKeys(bench, NEW)
  })

  await bench.assertExit(await bench.recover(taskId, '-j=1'), 0)

  await bench.assertArrived(...objects)
})

test('a file that is half written is read again', async (t) => {
  const bench = await makeBench(t)
  const objects = smallObjects(4)
  const taskId = await bench.listObjects(...objects)
  const path = join(bench.home, '.obsutilconfig')
  atRequest(bench, 2, () => {
    bench.server.admit(NEW)
    writeFileSync(path, 'endpo')
    setTimeout(() => writeKeys(bench, NEW), 200)
  })

  await bench.assertExit(await bench.recover(taskId, '-j=1'), 0)

  await bench.assertArrived(...objects)
})

test('a file that is half written does not have the keys of the environment mixed in', async (t) => {
  const bench = await makeBench(t)
  const objects = smallObjects(4)
  const taskId = await bench.listObjects(...objects)
  atRequest(bench, 2, () => {
    bench.server.admit(NEW)
    const text = `endpoint=${bench.server.endpoint}\nak=${NEW.accessKeyId}\n`
    writeFileSync(join(bench.home, '.obsutilconfig'), text)
    setTimeout(() => writeKeys(bench, NEW), 200)
  })
  const env = { OBS_SECRET_ACCESS_KEY: 'the secret of somebody else' }

  await bench.assertExit(await bench.run(bench.words(taskId, '-j=1'), { env }), 0)

  await bench.assertArrived(...objects)
  // A mixed pair would have been refused too.
  assert.equal(bench.server.requests.all.filter(({ status }) => status === 403).length, 1)
})

test('a pipe in the place of the file is not waited for, and keeps no run from its end', async (t) => {
  const bench = await makeBench(t)
  const taskId = await bench.listObjects(...smallObjects(4))
  const path = join(bench.home, '.obsutilconfig')
  atRequest(bench, 2, () => {
    bench.server.admit(NEW)
    rmSync(path)
    execFileSync('mkfifo', [path])
  })

  const run = await bench.recover(taskId, '-j=1')

  await bench.assertExit(run, 8)
  const { failed, succeed } = await bench.readReports()
  assert.deepEqual([failed.length, succeed.length], [2, 2])
  const log = await readFile(join(bench.home, '.obsutil_log', 'obsutil.log'), 'utf8')
  assert.match(log, /cannot be renewed: open .*\.obsutilconfig: is not a plain file/)
})

test('objects that may not be seen have the keys looked for once, and others wait for nothing', async (t) => {
  const bench = await makeBench(t)
  const objects = smallObjects(30)
  bench.put(...objects)
  bench.server.script.add({ on: { method: 'HEAD' }, do: errorAnswer(403, 'AccessDenied') })
  const taskId = await bench.writeFailureList({ items: objects.map(bench.unsizedItemOf) })

  const run = await bench.recover(taskId, '-threshold=1')

  await bench.assertExit(run, 8)
  assert.equal((await bench.readReports()).failed.length, objects.length)
  assert.match(run.stderr, /^\n30 items failed:\n {2}30 {2}403 Forbidden: /)
  const log = await readFile(join(bench.home, '.obsutil_log', 'obsutil.log'), 'utf8')
  assert.equal(log.split('looking for another one').length, 2, log)
})

test('without other keys the items fail, and their part records serve the next run', async (t) => {
  const bench = await makeBench(t, { config: { utilLogLevel: 'DEBUG', sdkLogLevel: 'DEBUG' } })
  const taskId = await bench.listObjects(LARGE, ...smallObjects(2))
  atRequest(bench, 3, () => bench.server.admit(NEW))

  const run = await bench.recover(taskId, ...PARTS)

  await bench.assertExit(run, 8)
  const { failed, succeed } = await bench.readReports(newTaskIdOf(run))
  assert.deepEqual(succeed, [])
  assert.equal(failed.length, 3)
  assert.match(failed.join('\n'), /status \[403\], error code \[InvalidAccessKeyId\]/)
  // Nothing was asked twice: the keys are known to be the only ones.
  assert.equal(bench.asked().length, 6)
  await assertSecret(bench, run, TEST_CREDENTIALS)

  bench.server.requests.forget()
  bench.server.script.clear()
  writeKeys(bench, NEW)
  await bench.assertExit(await bench.recover(newTaskIdOf(run), ...PARTS), 0)
  await bench.assertArrived(LARGE, ...smallObjects(2))
  const ranges = bench.asked(LARGE.key)
  assert.ok(!ranges.includes('GET bytes=0-9999'), ranges.join())
  assert.equal(ranges.at(-1), 'GET bytes=50000-59999')
})

test('what a server says of keys and tokens is not repeated, nor of those that came later', async (t) => {
  const bench = await makeBench(t)
  const more = ['utilLogLevel=DEBUG', 'sdkLogLevel=DEBUG', 'maxRetryCount=0']
  writeKeys(bench, TEST_CREDENTIALS, more)
  atRequest(bench, 1, () => {
    bench.server.admit(SESSION)
    writeKeys(bench, SESSION, more)
  })
  const said = Object.values(SESSION).join(' ')
  bench.server.script.add(
    { on: { key: 'key-1' }, do: { answer: { status: 403, code: 'AccessDenied', message: said } } },
    { on: { key: 'key-2' }, do: { answer: { status: 503, code: 'SlowDown', message: said } } },
    { on: { key: 'key-3' }, do: { answer: { status: 400, code: SESSION.secretAccessKey } } },
  )
  const taskId = await bench.listObjects(...smallObjects(4))

  const run = await bench.recover(taskId, '-j=1')

  await bench.assertExit(run, 8)
  const { failed } = await bench.readReports()
  assert.equal(failed.length, 3)
  assert.match(failed.join('\n'), /error message \[\*{4} \*{4} \*{4}\]/)
  await assertSecret(bench, run, TEST_CREDENTIALS, SESSION)
})
