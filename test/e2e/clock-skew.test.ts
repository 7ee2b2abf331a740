/** A machine whose clock is wrong: cron jobs on fresh virtual machines meet this. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import test, { type TestContext } from 'node:test'
import { makeBench } from './support/bench.ts'

const TEXT = 'the content'
const HOUR_MS = 3_600_000

test('a clock that is an hour off costs one refused request, then all is signed by the store’s', async (t) => {
  const store = await startStoreInFuture(t)
  const bench = await makeBench(t, { config: { endpoint: store.endpoint } })
  const objects = ['a', 'b', 'c'].map((key) => ({ key, body: TEXT }))
  const taskId = await bench.listObjects(...objects)

  await bench.assertExit(await bench.recover(taskId, '-j=1'), 0)

  await bench.assertArrived(...objects)
  assert.deepEqual(store.answers, [403, 200, 200, 200])
})

/** A store whose clock goes an hour ahead, and which says so in every answer. */
async function startStoreInFuture(t: TestContext) {
  const answers: number[] = []
  const server = createServer((request, response) => {
    const storeMs = Date.now() + HOUR_MS
    const offMs = Math.abs(storeMs - signedAtMs(request.headers['x-amz-date']))
    const isRefused = offMs > HOUR_MS / 4
    const body = isRefused ? '<Error><Code>RequestTimeTooSkewed</Code></Error>' : TEXT
    answers.push(isRefused ? 403 : 200)
    response.writeHead(isRefused ? 403 : 200, {
      Date: new Date(storeMs).toUTCString(),
      'Content-Length': body.length,
      ETag: '"one"',
    })
    response.end(body)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.close()
    server.closeAllConnections()
  })
  const address = server.address()
  assert.ok(address !== null && typeof address === 'object')
  return { endpoint: `http://127.0.0.1:${address.port}`, answers }
}

/** `20261122T235959Z` in milliseconds since the epoch. */
function signedAtMs(text: string | string[] | undefined): number {
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(String(text)) ?? []
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
}
