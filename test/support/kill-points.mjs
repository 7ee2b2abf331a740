// @ts-check
/** Loaded before the tool, kills it at one of its own file operations; see kill-points.ts. */
import { describe, watchFiles } from './watch-files.mjs'

// oxlint-disable-next-line node/no-process-env -- there is no other way to tell a preloaded module
const { STOP_ROOT = '', STOP_AT = '{}' } = process.env
const stop = JSON.parse(STOP_AT)
const wanted = new RegExp(stop.operation)
let count = 0
/** @type {import('./watch-files.mjs').Operation | undefined} */
let last

await watchFiles(STOP_ROOT, {
  before(operation) {
    if (!wanted.test(describe(operation))) return 'whole'
    count += 1
    if (count !== stop.nth) return 'whole'
    if (stop.when === 'before') die()
    last = operation
    return stop.when === 'in the middle of' ? 'half' : 'whole'
  },
  after(operation) {
    if (operation === last) die()
  },
})

/** @returns {never} */
function die() {
  process.kill(process.pid, 'SIGKILL')
  // Not a line more, should the signal take its time.
  for (;;);
}
