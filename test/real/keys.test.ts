/** Keys that are hard to list, to sign or to send: each names its own object all the same. */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'node:test'
import { literal } from '../support/test-bytes.ts'
import type { FailedItem } from '../support/failure-list.ts'
import { linesAbout, makeBench, type Bench } from './bench.ts'
import { makeBucket } from './store.ts'

/** Keys that the official tool's line holds without doubt. */
const PLAIN_KEYS = [
  'a space',
  'plus+plus',
  'per%cent',
  'escaped%20space',
  'escaped%2Fslash',
  'ümläut/日本語/💥',
  'composed \u00e9, decomposed e\u0301',
  'comma, comma',
  'arrow --> arrow',
  'cost [1], status [2], n/a',
  `"double" and 'single'`,
  '&<>&amp;',
  './dot',
  '../dots',
  'a/../../b',
  'a/./b',
  '.',
  '..',
  'back\\slash',
  '\\',
  'k'.repeat(1000),
  'trailing space ',
  ' leading space',
  'hash#hash',
  'semi;colon:at@',
  'a=b&c=d?e',
  "(!*'~)$",
  '[brackets]',
  'tab\ttab',
]

/** Keys whose plain line would be read as another item, so that ours says more. */
const MARKED_KEYS = [
  'line\nfeed',
  'carriage\rreturn',
  '2026-01-01T00:00:00Z n/a, obs://b/k --> /d, \nn/a',
  'name?versionId=literal',
  'arrow --> /absolute',
]

test('objects with awkward keys arrive from a list of the official tool', async (t) => {
  const bench = await makeBench(t)
  const { items, contents } = await layOut(bench, PLAIN_KEYS)
  const taskId = await bench.writeFailureList({ items })

  const run = await bench.recover(taskId)

  await bench.assertExit(run, 0)
  assert.deepEqual(await readAll(items), contents)
})

test('a list written here brings back every key, line breaks and all', async (t) => {
  const bench = await makeBench(t)
  const { items, contents } = await layOut(bench, [...PLAIN_KEYS, ...MARKED_KEYS])
  const taskId = await bench.writeFailureList({ text: items.map(markedLine).join('') })
  // One key holds `//`.
  const skipCheckEmptyFolder = 'true'
  await bench.configure({ skipCheckEmptyFolder, sk: 'wrongwrongwrongwrongwrongwrong' })
  const refused = await bench.recover(taskId)
  await bench.assertExit(refused, 8)
  assert.equal((await bench.readReports()).failed.length, items.length)
  await bench.configure({ skipCheckEmptyFolder })

  const run = await bench.recover(bench.newTaskIdOf(refused))

  await bench.assertExit(run, 0)
  assert.deepEqual(await readAll(items), contents)
})

test('keys with an empty segment need `skipCheckEmptyFolder`', async (t) => {
  const bench = await makeBench(t)
  const { items, contents } = await layOut(bench, ['a//b', '/a', 'a/ /b', '//c'])
  const taskId = await bench.writeFailureList({ items })

  const refused = await bench.recover(taskId)

  await bench.assertExit(refused, 8)
  const { failed } = await bench.readReports()
  for (const { key, destination } of items) {
    const [line = ''] = linesAbout(failed, destination)
    assert.ok(line.includes(`[Cannot download the specified key [${key}] in the bucket [`), line)
  }

  await bench.configure({ skipCheckEmptyFolder: 'true' })
  const run = await bench.recover(taskId)

  await bench.assertExit(run, 0)
  assert.deepEqual(await readAll(items), contents)
})

/** An object for each key, holding its own key, bound for a short path of its own. */
async function layOut(bench: Bench, keys: readonly string[]) {
  const bucket = await makeBucket(keys.map((key) => ({ key, content: literal(key) })))
  const items = keys.map((key, at) => ({
    bucket,
    key,
    destination: join(bench.dest, `file-${at}`),
    size: `${Buffer.byteLength(key)}B`,
  }))
  return { items, contents: keys }
}

async function readAll(items: readonly FailedItem[]): Promise<readonly string[]> {
  return Promise.all(items.map(({ destination }) => readFile(destination, 'utf8')))
}

/** A line as this tool writes it: on one line, and with the field that names the item exactly. */
function markedLine({ bucket, key, destination, size }: FailedItem): string {
  const item = JSON.stringify({ bucket, key, versionId: null, destination })
  const route = `obs://${bucket}/${key.replaceAll(/\p{Cc}/gu, ' ')} --> ${destination}`
  return (
    `2026-01-01T00:00:00Z ${size}, ${route}, cost [5], status [500], error code [InternalError], ` +
    `error message [try again], request id [R], item [${Buffer.from(item).toString('base64url')}]\n`
  )
}
