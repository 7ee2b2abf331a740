import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { hostname } from 'node:os'
import { describe, it } from 'node:test'
import { theseProcesses } from '../../src/adapters/process-identity.ts'
import { makeZombie } from '../e2e/support/dead-owner.ts'

describe('lifeOf()', () => {
  it('knows that this process runs', (t) => {
    const own = theseProcesses.own()
    assert.deepEqual([own.pid, own.host], [process.pid, hostname()])
    if (own.started === '') return t.skip('this system does not tell when a process started')
    assert.equal(theseProcesses.lifeOf(own), 'runs')
  })

  it('says of a process that it has ended', async () => {
    const child = spawn(process.execPath, ['-e', ''])
    await once(child, 'close')
    assert.ok(child.pid !== undefined)
    assert.equal(theseProcesses.lifeOf({ ...theseProcesses.own(), pid: child.pid }), 'ended')
  })

  it('says so of a process too that has ended and that nobody has waited for', async (t) => {
    const zombie = await makeZombie(t)
    if (zombie === undefined) return t.skip('only Linux tells whether a process is dead already')
    assert.equal(theseProcesses.lifeOf(zombie), 'ended')
    assert.equal(theseProcesses.lifeOf({ ...zombie, started: '' }), 'ended')
  })

  it('says so of a process whose number belongs to a younger one now', (t) => {
    const own = theseProcesses.own()
    if (own.started === '') return t.skip('this system does not tell when a process started')
    assert.equal(theseProcesses.lifeOf({ ...own, started: `1${own.started}` }), 'ended')
  })

  for (const [name, change] of [
    ['whose start is not known', { started: '' }],
    ['of another computer', { host: `not-${hostname()}` }],
    ['of another container with the same host name', { space: 'another' }],
  ] as const) {
    it(`does not know about a process ${name}`, () => {
      assert.equal(theseProcesses.lifeOf({ ...theseProcesses.own(), ...change }), 'unknown')
    })
  }
})
