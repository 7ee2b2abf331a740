/**
 * A short run with a bar on this terminal, for a test to watch through a pseudo-terminal: two items,
 * one of them retried, and a warning on stderr in the middle. With `abort` it stops half-way, and
 * with `forget` it never stops the bar.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { createProgress } from '../../src/cli/progress-bar.ts'

const MB = 1024 * 1024
const progress = createProgress({
  mode: process.argv[3] === 'plain' ? 'plain' : 'bar',
  stream: process.stdout,
  columns: () => process.stdout.columns,
  now: () => performance.now(),
})

process.stdout.write('before\n')
progress.start()
progress.itemAdded(4 * MB)
progress.itemAdded(MB)
progress.bytesArrived(2 * MB)
await sleep(150)
progress.interrupt(() => process.stderr.write('Warn: look at this\n'))
if (process.argv[2] === undefined) {
  progress.bytesLost(MB)
  await sleep(150)
  progress.bytesArrived(4 * MB)
  progress.itemDone()
  progress.itemDone()
}
if (process.argv[2] !== 'forget') progress.stop()
process.stdout.write('after\n')
