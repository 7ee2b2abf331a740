import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Keys } from '../../src/core/credentials.ts'
import { setUp } from './support/credential-looks.ts'

const OLD: Keys = { ak: 'OLDACCESSKEY00000001', sk: 'old secret', token: '' }
const NEW: Keys = { ak: 'NEWACCESSKEY00000001', sk: 'new secret', token: '' }
const HOUR_MS = 3_600_000

describe('a credential source', () => {
  it('looks for other keys where the current ones are refused, once for all who wait', async () => {
    const { source, look, news } = setUp(OLD)
    const renewals = [source.renew(OLD, 'certain'), source.renew(OLD, 'certain')]
    const waiting = source.current()
    await look.found(NEW)
    assert.deepEqual(await Promise.all(renewals), [true, true])
    assert.deepEqual(await waiting, NEW)
    assert.deepEqual(news, [NEW])
    assert.equal(look.count(), 1)
  })

  it('knows of other keys without a look where the refused ones are no longer current', async () => {
    const { source, look } = setUp(NEW)
    assert.equal(await source.renew(OLD, 'certain'), true)
    assert.equal(look.count(), 0)
  })

  it('lets a refusal stand where the keys are the same, and looks again only 10 s later', async () => {
    const { source, look, clock } = setUp(OLD)
    const first = source.renew(OLD, 'certain')
    await look.found({ ...OLD })
    assert.equal(await first, false)
    clock.advance(9_999)
    assert.equal(await source.renew(OLD, 'certain'), false)
    assert.equal(look.count(), 1)
    clock.advance(1)
    const later = source.renew(OLD, 'certain')
    await look.found(NEW)
    assert.equal(await later, true)
  })

  it('takes a look that fails for one in vain, and says so in the log', async () => {
    const { source, look, logged } = setUp(OLD)
    const renewal = source.renew(OLD, 'certain')
    await look.failed(new Error('no file'))
    assert.equal(await renewal, false)
    assert.deepEqual(await source.current(), OLD)
    assert.match(logged.join('\n'), /cannot be renewed: no file/)
  })

  it('waits a second where new keys are refused at once, for they may be half written', async () => {
    const { source, look, clock } = setUp(OLD)
    const half = { ...NEW, sk: OLD.sk }
    const first = source.renew(OLD, 'certain')
    await look.found(half)
    assert.equal(await first, true)
    const second = source.renew(half, 'certain')
    await look.found(NEW)
    assert.equal(await second, true)
    assert.deepEqual(clock.slept, [1000])
  })

  it('does not look again at every doubt, however new the keys are each time', async () => {
    const { source, look, clock } = setUp(OLD)
    const first = source.renew(OLD, 'doubtful')
    await look.found(NEW)
    assert.equal(await first, true)
    assert.equal(await source.renew(NEW, 'doubtful'), false)
    clock.advance(10_000)
    const later = source.renew(NEW, 'doubtful')
    await look.found(OLD)
    assert.equal(await later, true)
    assert.equal(look.count(), 2)
  })

  it('asks for new keys before the old ones expire, while requests go on with these', async () => {
    const { source, look, clock } = setUp({ ...OLD, expiresAtMs: HOUR_MS })
    clock.advance(HOUR_MS - 300_001)
    await source.current()
    assert.equal(look.count(), 0)
    clock.advance(1)
    const during = await Promise.all([source.current(), source.current(), source.current()])
    assert.deepEqual(new Set(during.map(({ ak }) => ak)), new Set([OLD.ak]))
    assert.equal(look.count(), 1)
    await look.found(NEW)
    assert.equal((await source.current()).ak, NEW.ak)
    assert.equal(look.count(), 1)
  })

  it('makes requests wait where the old keys have expired', async () => {
    const { source, look, clock } = setUp({ ...OLD, expiresAtMs: HOUR_MS })
    clock.advance(HOUR_MS)
    const waiting = [source.current(), source.current()].map(async (keys) => keys)
    await look.found(NEW)
    assert.deepEqual(await Promise.all(waiting), [NEW, NEW])
    assert.equal(look.count(), 1)
  })

  it('goes on with the old keys, and rests, while none are to be had', async () => {
    const { source, look, clock } = setUp({ ...OLD, expiresAtMs: HOUR_MS })
    clock.advance(HOUR_MS + 1)
    const waiting = source.current()
    await look.failed(new Error('down'))
    assert.equal((await waiting).ak, OLD.ak)
    assert.equal((await source.current()).ak, OLD.ak)
    assert.equal(look.count(), 1)
  })

  it('shows no more of a key in the log than its first 4 characters', async () => {
    const { source, look, logged } = setUp(OLD)
    const renewal = source.renew(OLD, 'certain')
    await look.found(NEW)
    await renewal
    const text = logged.join('\n')
    assert.match(text, /OLDA\*{4}.*\n.*NEWA\*{4}/)
    assert.doesNotMatch(text, /OLDAC|NEWAC|secret/)
  })

  it('ends a look when it is closed, also one that cannot be called off, and starts no other', async () => {
    for (const kind of ['obedient', 'stuck'] as const) {
      const { source, look } = setUp(OLD, kind)
      const renewal = source.renew(OLD, 'certain')
      source.close()
      assert.equal(await renewal, false)
      assert.equal(await source.renew({ ...OLD }, 'certain'), false)
      assert.equal(look.count(), 1)
    }
  })

  it('waits no longer than 15 s for a look that is stuck', async () => {
    const { source, look, clock, logged } = setUp(OLD, 'stuck')
    const renewal = source.renew(OLD, 'certain')
    const waiting = source.current()
    await clock.timeUp(15_000)
    assert.equal(await renewal, false)
    assert.deepEqual(await waiting, OLD)
    assert.match(logged.join('\n'), /cannot be renewed: the look took more than 15 s/)
    assert.equal(look.signal()?.aborted, true)
  })

  it('leaves no clock running after a look', async () => {
    const { source, look, clock } = setUp(OLD)
    const renewal = source.renew(OLD, 'certain')
    await look.found(NEW)
    await renewal
    assert.equal(clock.waiting(), 0)
  })

  it('looks again at once where the clock was set back since it did so in vain', async () => {
    const { source, look, clock } = setUp({ ...OLD, expiresAtMs: -HOUR_MS })
    clock.advance(2 * HOUR_MS)
    const first = source.renew(OLD, 'certain')
    await look.failed(new Error('down'))
    assert.equal(await first, false)
    clock.advance(-HOUR_MS)
    const second = source.renew(OLD, 'certain')
    await look.found(NEW)
    assert.equal(await second, true)
  })

  it('lets a doubt hold up nobody but the doubter', async () => {
    const { source, look } = setUp(OLD)
    const renewal = source.renew(OLD, 'doubtful')
    assert.deepEqual(await source.current(), OLD)
    const certain = source.renew(OLD, 'certain')
    const waiting = source.current()
    await look.found(NEW)
    assert.deepEqual(await Promise.all([renewal, certain, waiting]), [true, true, NEW])
    assert.equal(look.count(), 1)
  })

  it('tells who looks why', async () => {
    const { source, look, clock } = setUp({ ...OLD, expiresAtMs: HOUR_MS })
    const doubtful = source.renew(OLD, 'doubtful')
    await look.found({ ...NEW, expiresAtMs: HOUR_MS })
    await doubtful
    const certain = source.renew(NEW, 'certain')
    await look.found({ ...OLD, expiresAtMs: HOUR_MS })
    await certain
    clock.advance(HOUR_MS)
    const waiting = source.current()
    await look.found(NEW)
    await waiting
    assert.deepEqual(look.causes(), ['doubted', 'refused', 'due'])
  })
})
