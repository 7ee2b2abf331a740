import assert from 'node:assert/strict'
import test from 'node:test'
import { createReportQueue } from '../../src/app/report-queue.ts'
import type { Reports } from '../../src/core/ports.ts'

const WARNING = { kind: 'line', text: 'a line' } as const

test('whoever warns goes on at once, until very many lines wait to be written', async () => {
  const { reports, write } = heldReports()
  const queue = createReportQueue(reports, () => {})
  for (let at = 1; at < 1000; at += 1) assert.equal(queue.warn(WARNING), undefined)
  const held = queue.warn(WARNING)
  assert.ok(held !== undefined)
  write()
  await held
  await queue.finished()
})

test('the end waits for all lines, none of which is gathered any more', async () => {
  const { reports, write } = heldReports()
  const queue = createReportQueue(reports, () => {})
  void queue.warn(WARNING)
  const finished = queue.finished()
  const looked = await Promise.race([finished.then(() => 'over'), Promise.resolve('not over')])
  assert.equal(looked, 'not over')
  assert.equal(reports.hurried, 1)
  write()
  await finished
})

test('a line that cannot be written is told of at once, and again at the end', async () => {
  const error = new Error('no room')
  let told = 0
  const reports = { ...heldReports().reports, warn: () => Promise.reject(error) }
  const queue = createReportQueue(reports, () => (told += 1))
  void queue.warn(WARNING)
  await assert.rejects(queue.finished(), (thrown) => thrown === error)
  assert.equal(told, 1)
  await queue.idle()
})

/** Lists whose lines are written when `write` is called. */
function heldReports() {
  let written: (() => void)[] = []
  const line = () => new Promise<void>((resolve) => written.push(resolve))
  const reports: Reports & { hurried: number } = {
    hurried: 0,
    add: line,
    warn: line,
    hurry() {
      this.hurried += 1
    },
  }
  const write = () => {
    for (const resolve of written) resolve()
    written = []
  }
  return { reports, write }
}
