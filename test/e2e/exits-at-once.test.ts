/** A run whose work is over ends, whatever became of the connections it was making. */
import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { makeBench, newTaskIdOf, type Bench } from './support/bench.ts'
import { startProxy } from './support/proxy.ts'
import { startBlackHole, startSilentServer } from './support/silent-listeners.ts'

/** An endpoint that is never reached; nothing asks for the address of its name. */
const ENDPOINT = 'https://obs.region-1.example.com'
/** Longer than any run may take here. */
const LONG = { maxRetryCount: 0, connectTimeout: 600 }
const SHORT = { maxRetryCount: 0, connectTimeout: 1 }

test('a proxy that never answers fails the items after connectTimeout, and the run ends', async (t) => {
  const { address } = await startSilentServer(t)
  const { bench, taskId } = await layTask(t, {
    ...SHORT,
    endpoint: ENDPOINT,
    proxyUrl: `http://${address}`,
  })

  const run = await bench.recover(taskId)

  await bench.assertExit(run, 8)
  await assertTimedOut(bench)
})

test('a proxy that opens a tunnel and then says nothing fails the items after connectTimeout', async (t) => {
  const { address, seen } = await startProxy(t, { tunnels: 'mute' })
  const { bench, taskId } = await layTask(t, {
    ...SHORT,
    endpoint: ENDPOINT,
    proxyUrl: `http://${address}`,
  })

  const run = await bench.recover(taskId)

  await bench.assertExit(run, 8)
  assert.deepEqual(
    seen.map(({ method }) => method),
    ['CONNECT'],
  )
  await assertTimedOut(bench)
})

test('a proxy that never answers the TLS handshake fails the items after connectTimeout', async (t) => {
  const { address } = await startSilentServer(t)

  for (const endpoint of [ENDPOINT, ENDPOINT.replace('https:', 'http:')]) {
    const { bench, taskId } = await layTask(t, {
      ...SHORT,
      endpoint,
      proxyUrl: `https://${address}`,
    })
    await bench.assertExit(await bench.recover(taskId), 8)
    await assertTimedOut(bench)
  }
})

test('a server that never answers the TLS handshake fails the items after connectTimeout, and the run ends', async (t) => {
  const { address } = await startSilentServer(t)
  const { bench, taskId } = await layTask(t, { ...SHORT, endpoint: `https://${address}` })

  const run = await bench.recover(taskId)

  await bench.assertExit(run, 8)
  await assertTimedOut(bench)
})

test('a server that takes no connection fails the items after connectTimeout, and the run ends', async (t) => {
  const address = await startBlackHole(t)
  const { bench, taskId } = await layTask(t, { ...SHORT, endpoint: `http://${address}` })

  const run = await bench.recover(taskId)

  await bench.assertExit(run, 8)
  await assertTimedOut(bench)
})

test('SIGINT while a proxy keeps it waiting ends a run with 9', async (t) => {
  const { address, heard } = await startSilentServer(t)
  const { bench, taskId } = await layTask(t, {
    ...LONG,
    endpoint: ENDPOINT,
    proxyUrl: `http://${address}`,
  })
  const run = bench.start(taskId)
  await heard

  await assertInterrupted(bench, await run.kill('SIGINT'))
})

test('SIGINT during a TLS handshake through a tunnel that is not answered ends a run with 9', async (t) => {
  const { address, seen } = await startProxy(t, { tunnels: 'mute' })
  const { bench, taskId } = await layTask(t, {
    ...LONG,
    endpoint: ENDPOINT,
    proxyUrl: `http://${address}`,
  })
  const run = bench.start(taskId)
  while (seen.length === 0) await sleep(10)

  await assertInterrupted(bench, await run.kill('SIGINT'))
})

test('SIGINT during a TLS handshake that is not answered ends a run with 9', async (t) => {
  const { address, heard } = await startSilentServer(t)
  const { bench, taskId } = await layTask(t, { ...LONG, endpoint: `https://${address}` })
  const run = bench.start(taskId)
  await heard

  await assertInterrupted(bench, await run.kill('SIGINT'))
})

test('SIGINT while a connection is being made ends a run with 9', async (t) => {
  const address = await startBlackHole(t)
  const { bench, taskId } = await layTask(t, { ...LONG, endpoint: `http://${address}` })
  const run = bench.start(taskId)
  await run.waitForStdout(/^Task id: /m)
  // Nobody can see a connection that is not made; and the SDK's own timer, which must not be what
  // limits it, would be set a second after the request.
  await sleep(1500)

  await assertInterrupted(bench, await run.kill('SIGINT'))
})

async function layTask(
  t: TestContext,
  config: Readonly<Record<string, string | number>>,
): Promise<{ readonly bench: Bench; readonly taskId: string }> {
  const bench = await makeBench(t, { config })
  const taskId = await bench.listObjects({ key: 'k', body: 'content' })
  return { bench, taskId }
}

async function assertTimedOut(bench: Bench): Promise<void> {
  const { failed } = await bench.readReports()
  assert.equal(failed.length, 1)
  assert.match(failed[0] ?? '', /error code \[ETIMEDOUT\]/)
  assert.match(failed[0] ?? '', /No connection within 1 s \(connectTimeout\)/)
}

async function assertInterrupted(
  bench: Bench,
  run: Awaited<ReturnType<Bench['recover']>>,
): Promise<void> {
  await bench.assertExit(run, 9)
  const { failed } = await bench.readReports(newTaskIdOf(run))
  assert.equal(failed.length, 1)
  assert.match(failed[0] ?? '', /error code \[InterruptedError\]/)
}
