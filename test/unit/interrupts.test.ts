/** What asks a run to end, by system. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { watchInterrupts } from '../../src/compose/interrupts.ts'
import type { EndSignal } from '../../src/core/signals.ts'

const ALL: readonly EndSignal[] = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGBREAK']
const UNIX: readonly EndSignal[] = ['SIGINT', 'SIGTERM', 'SIGHUP']

for (const { system, heard } of [
  { system: 'linux', heard: UNIX },
  { system: 'darwin', heard: UNIX },
  { system: 'other', heard: UNIX },
  { system: 'win32', heard: ['SIGINT', 'SIGHUP', 'SIGBREAK'] },
] as const) {
  describe(`on ${system}`, () => {
    for (const signal of ALL) {
      const isHeard = (heard as readonly EndSignal[]).includes(signal)
      it(`${signal} ${isHeard ? 'interrupts the run' : 'is not waited for'}`, (t) => {
        // Linux does not know one of them, and takes it for an event like others.
        const events: NodeJS.EventEmitter = process
        const before = process.listeners('exit')
        let times = 0
        const interrupts = watchInterrupts(() => {
          times += 1
        }, system)
        t.after(interrupts.dispose)
        const added = () => process.listeners('exit').filter((one) => !before.includes(one))
        t.after(() => added().forEach((one) => process.off('exit', one)))
        assert.equal(events.listenerCount(signal), isHeard ? 1 : 0)

        events.emit(signal, signal)

        assert.equal(times, isHeard ? 1 : 0)
        assert.equal(interrupts.wasInterrupted(), isHeard)
        assert.equal(interrupts.signal.aborted, isHeard)
        // Only Unix has terminals that outlive their window.
        const closes = signal === 'SIGHUP' && system !== 'win32'
        assert.equal(added().length, closes ? 1 : 0)
        interrupts.dispose()
        assert.equal(events.listenerCount(signal), 0)
      })
    }
  })
}
