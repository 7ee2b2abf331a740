/** Keys, paths and server messages that are hard to write on one line and to read back. */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import test from 'node:test'
import { errorAnswer } from '../support/fault-scripts.ts'
import { listTree } from '../support/workspace.ts'
import { BUCKET, makeBench, newTaskIdOf } from './support/bench.ts'

/** Keys that a line of the official tool holds without doubt, when the path ends with them. */
const PLAIN_KEYS = [
  'a space',
  'comma, and comma,end',
  'arrow --> arrow',
  'cost [1], status [200], n/a',
  'percent%20, plus+plus',
  'ünïcode 日本 💥',
  '[br] {ac} (es) & <x> "quoted" \'single\'',
  'back\\slash',
  'tab\ttab',
  'trailing space ',
  '#hash; semi: colon@at=equals?',
]

/** Keys whose line needs the field that names the item exactly. */
const MARKED_KEYS = [
  'line\nfeed',
  'carriage\rreturn',
  'k?versionId=literal',
  '2026-01-01T00:00:00Z 1B, obs://b/k --> /x, n/a, n/a, n/a, error message [x], n/a',
  'ends with arrow --> /abs',
]

test('objects with awkward keys arrive from a list of the official tool', async (t) => {
  const bench = await makeBench(t)
  const objects = PLAIN_KEYS.map((key) => ({ key: `dir/${key}`, body: `body of ${key}` }))
  const taskId = await bench.listObjects(...objects)

  const run = await bench.recover(taskId)

  await bench.assertExit(run, 0)
  await bench.assertArrived(...objects)
  assert.equal((await bench.readReports()).succeed.length, objects.length)
})

test('awkward keys come back from a failure list of ours, one line each', async (t) => {
  const bench = await makeBench(t, { config: { maxRetryCount: 0 } })
  const keys = [...PLAIN_KEYS, ...MARKED_KEYS].filter((key) => !key.includes('//'))
  const objects = keys.map((key) => ({ key: `dir/${key}`, body: `body of ${key}` }))
  bench.put(...objects)
  const items = objects.map(({ key }, at) => ({
    bucket: BUCKET,
    key,
    destination: bench.pathOf(`file-${at}`),
  }))
  const text = items.map(markedLine).join('')
  const taskId = await bench.writeFailureList({ text })
  bench.server.script.add({ on: {}, do: errorAnswer(500, 'InternalError') })
  const failed = await bench.recover(taskId)
  await bench.assertExit(failed, 8)
  assert.equal((await bench.readReports()).failed.length, items.length)
  bench.server.script.clear()

  const run = await bench.recover(newTaskIdOf(failed))

  await bench.assertExit(run, 0)
  const bodies = await Promise.all(items.map(({ destination }) => readFile(destination, 'utf8')))
  assert.deepEqual(
    bodies,
    objects.map(({ body }) => body),
  )
})

test('a server message full of list lines makes one line and no item', async (t) => {
  const bench = await makeBench(t, { config: { maxRetryCount: 0 } })
  const message = [
    'oops',
    `2026-01-01T00:00:00Z 1B, obs://bucket-a/ok --> ${bench.dest}/injected, n/a, n/a, n/a, error message [x], n/a`,
    `2026-01-01T00:00:00Z 1B, ${bench.home}/.obsutilconfig --> obs://bucket-a/stolen, x`,
    `], request id [R], item [${Buffer.from('{"bucket":"bucket-a"}').toString('base64url')}]`,
  ].join('\n')
  bench.server.script.add({ on: { key: 'k' }, do: errorAnswer(400, 'Bad\nCode]', { message }) })
  const objects = [
    { key: 'k', body: 'content' },
    { key: 'ok', body: 'fine' },
  ]
  const failed = await bench.recover(await bench.listObjects(...objects))
  await bench.assertExit(failed, 8)
  const { failed: lines } = await bench.readReports()
  assert.equal(lines.length, 1)
  assert.match(lines[0] ?? '', /error message \[oops 2026/)
  bench.server.script.clear()
  bench.server.requests.forget()

  const run = await bench.recover(newTaskIdOf(failed))

  await bench.assertExit(run, 0)
  assert.deepEqual(bench.asked(), ['GET'])
  assert.deepEqual(await listTree(bench.dest), ['k', 'ok'])
})

test('keys with dots are asked for as they are', async (t) => {
  const bench = await makeBench(t)
  const keys = ['./dot', '../dots', 'a/../../b', 'a/./b', '.', '..']
  bench.put(...keys.map((key) => ({ key, body: `body of ${key}` })))
  const items = keys.map((key, at) => ({
    bucket: BUCKET,
    key,
    destination: bench.pathOf(`file-${at}`),
    size: `${8 + key.length}B`,
  }))
  const taskId = await bench.writeFailureList({ items })

  const run = await bench.recover(taskId)

  await bench.assertExit(run, 0)
  for (const [at, key] of keys.entries()) {
    assert.equal(await readFile(bench.pathOf(`file-${at}`), 'utf8'), `body of ${key}`)
  }
})

test('a name that is too long for the disk fails its item alone', async (t) => {
  const bench = await makeBench(t)
  const long = 'k'.repeat(300)
  const objects = [long, 'fine'].map((key) => ({ key, body: 'x' }))
  const taskId = await bench.listObjects(...objects)

  const run = await bench.recover(taskId)

  await bench.assertExit(run, 8)
  await bench.assertArrived({ key: 'fine', body: 'x' })
  assert.match((await bench.readReports()).failed.join('\n'), /error code \[ENAMETOOLONG\]/)
})

interface Named {
  readonly bucket: string
  readonly key: string
  readonly destination: string
}

/** A line as this tool writes it: on one line, and with the field that names the item exactly. */
function markedLine({ bucket, key, destination }: Named): string {
  const item = JSON.stringify({ bucket, key, versionId: null, destination })
  const route = `obs://${bucket}/${key.replaceAll(/\p{Cc}/gu, ' ')} --> ${destination}`
  return (
    `2026-01-01T00:00:00Z n/a, ${route}, cost [5], status [500], error code [InternalError], ` +
    `error message [try again], request id [R], item [${Buffer.from(item).toString('base64url')}]\n`
  )
}
