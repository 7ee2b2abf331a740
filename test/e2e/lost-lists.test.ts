/** Lists, old and new, that cannot be read or written any more while the run goes on. */
import assert from 'node:assert/strict'
import { chmod, readdir, rename } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'node:test'
import { createGate, stallAt } from '../support/fault-scripts.ts'
import { makeBench } from './support/bench.ts'

const OBJECTS = Array.from({ length: 20 }, (_, at) => ({
  key: `key-${String(at).padStart(2, '0')}`,
  body: `body of ${at}`,
}))
const [STALLED, HELD] = OBJECTS.map(({ key }) => key)

/** What happens to the second list, how it is undone, and what the run says. */
const MISHAPS = [
  {
    name: 'is gone',
    deed: (path: string) => rename(path, `${path}.away`),
    undo: (path: string) => rename(`${path}.away`, path),
    message: /^Error: Cannot read the list \[(.+)\]: ENOENT/m,
    hint: (taskId: string) =>
      `The new lists are not complete: resume the old task again (cp -recover=${taskId}).`,
  },
  {
    name: 'may be written by anybody',
    deed: (path: string) => chmod(path, 0o666),
    undo: (path: string) => chmod(path, 0o640),
    message: /^Error: Anybody may write to the list \[(.+)\]/m,
    hint: (_: string, path: string) => `chmod o-w ${path}`,
  },
]

for (const { name, deed, undo, message, hint } of MISHAPS) {
  test(`a list that ${name} when its turn comes ends the run with 6, and with all that is in flight`, async (t) => {
    const bench = await makeBench(t)
    bench.put(...OBJECTS)
    const items = OBJECTS.map(bench.itemOf)
    const time = new Date('2024-02-02T02:02:02Z')
    const taskId = await bench.writeFailureList({ items: items.slice(0, 10) })
    await bench.writeFailureList({ items: items.slice(10), taskId, time })
    const second = (await readdir(bench.out)).find((file) => file.includes('20240202')) ?? ''
    const path = join(bench.out, second)
    const gate = createGate()
    bench.server.script.add(
      { on: { key: STALLED ?? '' }, do: stallAt(3) },
      { on: { key: HELD ?? '' }, do: { hold: { at: 'head', gate } } },
    )
    const run = bench.start(taskId, '-j=2')
    await Promise.all(
      [STALLED, HELD].map((key) => bench.server.requests.arrived({ key: key ?? '' })),
    )
    await deed(path)
    gate.open()

    const { code, stderr } = await run.done

    assert.equal(code, 6)
    assert.equal(message.exec(stderr)?.[1], path)
    assert.ok(stderr.includes(hint(taskId, path)), stderr)
    assert.equal((await bench.server.requests.ended({ key: STALLED ?? '' })).ended, 'by-client')
    assert.deepEqual(await bench.findRemains(), [])
    await undo(path)
    bench.server.script.clear()
    await bench.assertExit(await bench.recover(taskId), 0)
    await bench.assertArrived(...OBJECTS)
  })
}

test('a new list that cannot be made ends the run with 6 though a question waits for its answer', async (t) => {
  const bench = await makeBench(t)
  const taskId = await bench.listObjects(...OBJECTS)
  const gate = createGate()
  bench.server.script.add({ on: {}, do: { hold: { at: 'head', gate } } })
  const run = bench.start(taskId, '-f=false')
  await run.waitForStdout(/download key \[key-00\]/)
  run.child.stdin.write('y\n')
  await run.waitForStdout(/download key \[key-01\]/)
  await bench.server.requests.arrived({})
  await rename(bench.out, `${bench.out}.away`)
  gate.open()

  const { code, stderr } = await run.done

  assert.equal(code, 6)
  assert.match(stderr, /^Error: Cannot write the list \[.+\]: ENOENT/m)
  assert.ok(stderr.includes(`(cp -recover=${taskId})`), stderr)
  assert.equal(bench.server.requests.all.length, 1)
})
