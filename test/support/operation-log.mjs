// @ts-check
/** Loaded before the tool, writes down its file operations, beginnings and ends; see operation-log.ts. */
import fs from 'node:fs'
import { watchFiles } from './watch-files.mjs'

// oxlint-disable-next-line node/no-process-env -- there is no other way to tell a preloaded module
const { LOG_ROOT = '', LOG_FILE = '' } = process.env
const { writeSync } = fs
const log = fs.openSync(LOG_FILE, 'ax')
/** @type {WeakMap<object, number>} */
const numbers = new WeakMap()
let count = 0

await watchFiles(LOG_ROOT, {
  before(operation) {
    count += 1
    numbers.set(operation, count)
    const fields =
      'bytes' in operation
        ? { ...operation, bytes: Buffer.from(operation.bytes).toString('base64') }
        : operation
    note({ number: count, event: 'begin', ...fields })
    return 'whole'
  },
  after(operation, how) {
    note({ number: numbers.get(operation), event: how })
  },
})

/** @param {object} line */
function note(line) {
  writeSync(log, `${JSON.stringify(line)}\n`)
}
