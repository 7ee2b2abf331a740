/** Lines of the lists are gathered for a while: none gets lost or out of its order by that, however many there are. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { formatFailureList } from '../support/failure-list.ts'
import { makeBench } from './support/bench.ts'

test('thousands of lines that are no downloads are in the warning list, in their order', async (t) => {
  const bench = await makeBench(t)
  const object = { key: 'down', body: 'down' }
  bench.put(object)
  const routes = Array.from({ length: 5000 }, (_, at) => `/data/${at} --> obs://bucket-a/x`)
  const lines = routes.map(
    (route) =>
      `2024-01-02T03:04:05Z 1B, ${route}, cost [1], status [0], error code [], error message [], request id []`,
  )
  const items = [bench.itemOf(object)]
  const time = new Date('2024-01-02T03:04:05Z')
  const downloads = formatFailureList({ items, time, by: 'cp' })
  const taskId = await bench.writeFailureList({ text: `${lines.join('\n')}\n${downloads}` })

  await bench.assertExit(await bench.recover(taskId), 0)

  await bench.assertArrived(object)
  const { warning } = await bench.readReports()
  assert.equal(warning.length, routes.length)
  for (const [at, route] of routes.entries()) assert.ok(warning[at]?.includes(`${route},`))
})

test('objects that have no MD5 to compare have a warning each, one after the other', async (t) => {
  const bench = await makeBench(t)
  const objects = Array.from({ length: 300 }, (_, at) => ({ key: `k${at}`, body: 'content' }))
  const taskId = await bench.listObjects(...objects)

  await bench.assertExit(await bench.recover(taskId, '-vmd5', '-j=1'), 0)

  await bench.assertArrived(...objects)
  const { warning } = await bench.readReports()
  assert.deepEqual(
    warning.map((line) => /obs:\/\/\S+/.exec(line)?.[0]),
    objects.map(({ key }) => `obs://bucket-a/${key}`),
  )
})
