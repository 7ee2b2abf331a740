/** What `obsutil tasks` looks like on terminals of several widths. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import test from 'node:test'
import { fileURLToPath } from 'node:url'
import { makeBench, newTaskIdOf } from './support/bench.ts'

const BIN = fileURLToPath(new URL('../../bin/obsutil.js', import.meta.url))
const HAS_SCRIPT = spawnSync('script', ['--version']).status === 0

for (const [columns, rowsOfTask] of [
  [200, 1],
  [80, 2],
  [45, 4],
] as const) {
  test(
    `on a terminal of ${columns} columns a task takes ${rowsOfTask} rows, of which none wraps`,
    { skip: HAS_SCRIPT ? false : 'script(1) of util-linux is not here' },
    async (t) => {
      const bench = await makeBench(t)
      const taskId = await bench.listObjects({ key: 'k', body: 'x'.repeat(3000) })
      const done = newTaskIdOf(await bench.recover(taskId))
      const words = [process.execPath, BIN, 'tasks', `-o=${bench.out}`].map((word) => `'${word}'`)
      const command = `stty cols ${columns} && HOME='${bench.home}' exec ${words.join(' ')}`

      const { stdout } = spawnSync('script', ['-qec', command, '/dev/null'], { encoding: 'utf8' })

      const rows = stdout.replaceAll('\r\n', '\n').trimEnd().split('\n')
      const from = rows.findIndex((row) => row.startsWith(taskId))
      assert.equal(rows.length - from, rowsOfTask, stdout)
      assert.ok(rows.every((row) => row.length <= columns))
      const said = rows.slice(from).join(' ')
      assert.match(said, /≈2\.93KB/)
      assert.match(said, /unexpected EOF/)
      assert.ok(said.includes(`resumed by ${done.slice(0, 8)}, done`), said)
    },
  )
}
