/** What holds of renaming on systems that refuse it for a moment; only Windows is one. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { syncFolder } from '../../src/adapters/file-bytes.ts'
import { onDisk } from '../../src/adapters/item-trouble.ts'
import { createPatience, InUseError } from '../../src/adapters/patient-rename.ts'
import type { System } from '../../src/core/system.ts'
import { makeTempFolder } from '../support/temp-folder.ts'

const SYSTEMS: readonly System[] = ['linux', 'darwin', 'win32', 'other']
const IN_USE = ['EBUSY', 'EPERM', 'EACCES']

/** A deed that fails so often, and what came of it. */
async function attempt(system: System, code: string, failures: number) {
  const delays: number[] = []
  let tries = 0
  const patiently = createPatience({ system, sleep: async (delayMs) => delays.push(delayMs) })
  const deed = async () => {
    tries += 1
    if (tries <= failures) throw Object.assign(new Error(`${code}: no`), { code })
    return 'done'
  }
  const end = await patiently(deed).catch((error: unknown) => error)
  return { end, tries, delays }
}

describe('a rename', () => {
  for (const system of SYSTEMS) {
    it(`is made once where nothing is in its way, on ${system}`, async () => {
      assert.deepEqual(await attempt(system, '', 0), { end: 'done', tries: 1, delays: [] })
    })
    for (const code of IN_USE) {
      const isPatient = system === 'win32'
      it(`over a file that is in use (${code}) is ${isPatient ? '' : 'not '}tried again on ${system}`, async () => {
        const { end, tries, delays } = await attempt(system, code, 3)
        assert.equal(tries, isPatient ? 4 : 1)
        assert.deepEqual(delays, isPatient ? [10, 20, 40] : [])
        if (isPatient) assert.equal(end, 'done')
        else assert.equal(end instanceof InUseError, false)
      })
    }
    for (const code of ['ENOENT', 'EXDEV', 'ENOSPC', 'EEXIST']) {
      it(`that fails for another reason (${code}) is not tried again on ${system}`, async () => {
        const { end, tries, delays } = await attempt(system, code, 1)
        assert.ok(end instanceof Error)
        assert.deepEqual([end.message, tries, delays], [`${code}: no`, 1, []])
      })
    }
  }
  it('is given up after some seconds, in words', async () => {
    const { end, delays } = await attempt('win32', 'EPERM', Infinity)
    const waitedMs = delays.reduce((sum, delayMs) => sum + delayMs, 0)
    assert.ok(waitedMs >= 3000 && waitedMs <= 6000, `${waitedMs} ms`)
    assert.ok(end instanceof InUseError)
    assert.equal(end.code, 'EPERM')
    await assert.rejects(
      onDisk('put the file at [d:\\a]', () => Promise.reject(end)),
      {
        name: 'ItemError',
        code: 'EPERM',
        message:
          'Cannot put the file at [d:\\a]: another program has the file open, or it is read-only (EPERM)',
      },
    )
  })
})

describe('the names in a folder', () => {
  for (const system of SYSTEMS) {
    const isSynced = system !== 'win32'
    it(`are ${isSynced ? '' : 'not '}put on disk by a call on ${system}`, async (t) => {
      const missing = join(await makeTempFolder(t), 'missing')
      if (isSynced) await assert.rejects(syncFolder(missing, system), { code: 'ENOENT' })
      else await syncFolder(missing, system)
    })
  }
})
