/** kill -9 while a finished file is copied to the file system of its destination. */
import assert from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { test } from 'node:test'
import { killingAt, nameOfPoint, type KillPoint } from '../support/kill-points.ts'
import { folderOnAnotherDisk } from './support/another-disk.ts'
import { makeCrashTask } from './support/crash-task.ts'

/** What is done to the copies, and to the destinations that they become. */
const OF_COPIES = ['create dest/parts/', 'write dest/parts', 'rename dest/parts']

const POINTS = OF_COPIES.flatMap((operation): readonly KillPoint[] => [
  { when: 'before', nth: 1, operation },
  { when: 'in the middle of', nth: 1, operation },
  { when: 'after', nth: 1, operation },
])

for (const [at, point] of POINTS.entries()) {
  test(`cp -recover that is killed ${nameOfPoint(point)} of a copy between disks ends as if it never had been`, async (t) => {
    // Where users have groups of their own, new files are for the group to write.
    const umask = process.umask(0o002)
    t.after(() => process.umask(umask))
    const elsewhere = await folderOnAnotherDisk(t, tmpdir())
    if (elsewhere === undefined) return
    const config = { fsyncForDownload: String(at % 2 === 0) }
    const task = await makeCrashTask(t, config, [`-tempFileDir=${elsewhere}`])

    const { signal } = await task.disturbed({ env: killingAt(task.bench.root, point) })
    assert.equal(signal, 'SIGKILL')

    await task.toTheEnd()
    assert.deepEqual(await readdir(elsewhere), [])
  })
}
