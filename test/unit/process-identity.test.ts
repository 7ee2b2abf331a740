import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { hostname } from 'node:os'
import { describe, it } from 'node:test'
import { isRunning, ownIdentity } from '../../src/adapters/process-identity.ts'
import { makeZombie } from '../e2e/support/dead-owner.ts'

describe('isRunning()', () => {
  it('knows this process', () => {
    const own = ownIdentity()
    assert.deepEqual([own.pid, own.host], [process.pid, hostname()])
    assert.equal(isRunning(own), true)
  })

  it('says no of a process that has ended', async () => {
    const child = spawn(process.execPath, ['-e', ''])
    await once(child, 'close')
    assert.ok(child.pid !== undefined)
    assert.equal(isRunning({ ...ownIdentity(), pid: child.pid }), false)
  })

  it('says no of a process that has ended and that nobody has waited for', async (t) => {
    const zombie = await makeZombie(t)
    if (zombie === undefined) return t.skip('only Linux tells whether a process is dead already')
    assert.equal(isRunning(zombie), false)
    assert.equal(isRunning({ ...zombie, started: '' }), false)
  })

  it('says no of a process whose number belongs to a younger one now', (t) => {
    const own = ownIdentity()
    if (own.started === '') return t.skip('this system does not tell when a process started')
    assert.equal(isRunning({ ...own, started: `1${own.started}` }), false)
  })

  it('believes the number alone where the start is not known', () => {
    assert.equal(isRunning({ ...ownIdentity(), started: '' }), true)
  })

  it('takes a process of another computer for running', () => {
    assert.equal(isRunning({ pid: 2 ** 30, host: `not-${hostname()}`, started: '1' }), true)
  })
})
