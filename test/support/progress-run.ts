/** A run that begins to show its progress in the mode of its first word, and forgets to stop that. */
import { createProgress } from '../../src/cli/progress-bar.ts'

const progress = createProgress({
  mode: process.argv[2] === 'plain' ? 'plain' : 'bar',
  stream: process.stdout,
  columns: () => process.stdout.columns,
  rows: () => process.stdout.rows,
  now: () => performance.now(),
})
progress.start()
progress.itemAdded(1)
process.stdout.write('after\n')
