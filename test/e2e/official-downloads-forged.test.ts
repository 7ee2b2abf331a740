import assert from 'node:assert/strict'
import { lstat, mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { assertFileHolds } from '../support/test-bytes.ts'
import { listTree } from '../support/workspace.ts'
import { VICTIM_TEXT } from './support/damage-deeds.ts'
import { FORGERIES } from './support/official-forgeries.ts'
import { leaveBehind, plainObject } from './support/official-leftovers.ts'
import { alter, logOf } from './support/official-task.ts'
import { joined } from '../support/joined-ranges.ts'
import { largeBody, LARGE_BYTES, PART_FLAGS, rangesAsked } from './support/parts.ts'
import { prepareTask } from './support/task-bench.ts'

const WHOLE = [{ start: 0, end: LARGE_BYTES }]

test('cp -recover takes no harm from, and does none for, what passes for the official tool’s:', async (t) => {
  const objects = FORGERIES.map(({ name }, seed) =>
    plainObject(`${name.replaceAll(/\W+/g, '-')}.bin`, largeBody(seed)),
  )
  const bench = await prepareTask(t, { objects })
  const scenes = []
  for (const [at, forgery] of FORGERIES.entries()) {
    const object = objects[at] ?? assert.fail()
    const leftover = await leaveBehind(bench, object, { complete: [1, 2, 3, 4, 5, 6] })
    // Whoever believes it delivers these bytes, unless the MD5 stops him.
    await alter(leftover.tempPath, 7)
    const folder = join(bench.space.root, `victim-${at}`)
    const victim = join(folder, 'victim')
    await mkdir(folder)
    await writeFile(victim, VICTIM_TEXT)
    await forgery.deed({ leftover, victim })
    const before = await stat(victim)
    scenes.push({ forgery, object, leftover, victim, before })
  }

  const { code, stderr } = await bench.run({ flags: PART_FLAGS })

  const log = await logOf(bench)
  for (const { forgery, object, leftover, victim, before } of scenes) {
    await t.test(forgery.name, async () => {
      const { key, body } = object
      await assertFileHolds(bench.destinationOf(key), body)
      assert.deepEqual(joined(rangesAsked(bench, key)), WHOLE)
      assert.equal(await readFile(victim, 'utf8'), VICTIM_TEXT)
      const { ino, mode, mtimeMs, nlink } = await stat(victim)
      assert.deepEqual(
        { ino, mode, mtimeMs, nlink },
        { ino: before.ino, mode: before.mode, mtimeMs: before.mtimeMs, nlink: before.nlink },
      )
      // It is not ours, and it may be of use to somebody: it stays.
      await lstat(leftover.recordPath)
      await lstat(leftover.tempPath)
      assert.ok(log.includes(`Cannot use what the official tool left of [${key}], starting afresh`))
    })
  }
  assert.equal(stderr, '')
  assert.equal(code, 0)
  assert.deepEqual(await listTree(join(bench.space.cpd, 'down')), [])
})
