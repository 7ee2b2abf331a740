import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createPace } from '../../src/transfer/pace.ts'

/** A clock that stands still but for sleeps, which it passes over at once. */
function fakeClock() {
  let nowMs = 1_000_000
  return {
    now: () => nowMs,
    random: () => 0.5,
    async sleep(delayMs: number, signal: AbortSignal) {
      signal.throwIfAborted()
      nowMs += delayMs
    },
    advance(ms: number) {
      nowMs += ms
    },
  }
}

const never = new AbortController().signal

/** How many requests are let through at once before one has to wait. */
async function countPlaces(pace: ReturnType<typeof createPace>): Promise<number> {
  const releases: (() => void)[] = []
  for (;;) {
    const giveUp = new AbortController()
    const admitted = pace.admit(giveUp.signal).then(
      (release) => release,
      () => undefined,
    )
    setImmediate(() => giveUp.abort(new Error('would wait')))
    const release = await admitted
    if (release === undefined) break
    releases.push(release)
  }
  for (const release of releases) release()
  return releases.length
}

describe('the shared pace', () => {
  it('lets maxConnections requests through at once and no more', async () => {
    const pace = createPace({ maxConnections: 3, bytesPerSecond: 0, clock: fakeClock() })
    assert.equal(await countPlaces(pace), 3)
    assert.equal(await countPlaces(pace), 3, 'places come back')
  })

  it('gives a place back once only, however often it is released', async () => {
    const pace = createPace({ maxConnections: 2, bytesPerSecond: 0, clock: fakeClock() })
    const release = await pace.admit(never)
    release()
    release()
    assert.equal(await countPlaces(pace), 2)
  })

  it('wakes the one that waits longest when a place comes back', async () => {
    const pace = createPace({ maxConnections: 1, bytesPerSecond: 0, clock: fakeClock() })
    const release = await pace.admit(never)
    const order: string[] = []
    const first = pace.admit(never).then((done) => (order.push('first'), done))
    const second = pace.admit(never).then((done) => (order.push('second'), done))
    release()
    const releaseFirst = await first
    releaseFirst()
    const releaseSecond = await second
    releaseSecond()
    assert.deepEqual(order, ['first', 'second'])
  })

  it('halves the requests at once when the server asks for less, and gets them back one by one', async () => {
    const clock = fakeClock()
    const pace = createPace({ maxConnections: 8, bytesPerSecond: 0, clock })
    const releases = await Promise.all(Array.from({ length: 8 }, () => pace.admit(never)))
    pace.slowDown(undefined)
    pace.slowDown(undefined)
    for (const release of releases) release()
    assert.equal(await countPlaces(pace), 4, 'the echo of one refusal does not count twice')
    for (let answers = 0; answers < 5; answers += 1) pace.wentWell()
    assert.equal(await countPlaces(pace), 5)
    for (let answers = 0; answers < 1000; answers += 1) pace.wentWell()
    assert.equal(await countPlaces(pace), 8, 'never more than maxConnections')
  })

  it('never slows down to a standstill', async () => {
    const clock = fakeClock()
    const pace = createPace({ maxConnections: 4, bytesPerSecond: 0, clock })
    for (let refusals = 0; refusals < 20; refusals += 1) {
      pace.slowDown(undefined)
      clock.advance(2000)
    }
    assert.equal(await countPlaces(pace), 1)
  })

  it('holds new requests back for as long as Retry-After says', async () => {
    const clock = fakeClock()
    const pace = createPace({ maxConnections: 4, bytesPerSecond: 0, clock })
    const beforeMs = clock.now()
    pace.slowDown(3000)
    await pace.admit(never)
    assert.equal(clock.now() - beforeMs, 3000)
  })

  it('lets bytes through at the rate limit, without a burst at the start or after a pause', async () => {
    const clock = fakeClock()
    const pace = createPace({ maxConnections: 4, bytesPerSecond: 100_000, clock })
    const beforeMs = clock.now()
    for (let chunk = 0; chunk < 10; chunk += 1) await pace.takeBytes(10_000, never)
    assert.equal(clock.now() - beforeMs, 1000)
    clock.advance(60_000)
    const afterPauseMs = clock.now()
    await pace.takeBytes(50_000, never)
    assert.equal(clock.now() - afterPauseMs, 500)
  })

  it('does not keep a waiting request that was aborted', async () => {
    const pace = createPace({ maxConnections: 1, bytesPerSecond: 0, clock: fakeClock() })
    const release = await pace.admit(never)
    const giveUp = new AbortController()
    const waiting = pace.admit(giveUp.signal)
    giveUp.abort(new Error('stopped'))
    await assert.rejects(waiting, /stopped/)
    release()
    assert.equal(await countPlaces(pace), 1)
  })

  it('keeps a request that gets a place while Retry-After holds waiting until then', async () => {
    const clock = fakeClock()
    const pace = createPace({ maxConnections: 2, bytesPerSecond: 0, clock })
    const releases = await Promise.all([pace.admit(never), pace.admit(never)])
    const admittedAt = pace.admit(never).then((release) => ({ release, atMs: clock.now() }))
    const refusedMs = clock.now()
    pace.slowDown(3000)
    for (const release of releases) release()
    const { release, atMs } = await admittedAt
    assert.ok(atMs - refusedMs >= 3000, `admitted after ${atMs - refusedMs} ms`)
    release()
    assert.equal(await countPlaces(pace), 1, 'no place is lost or won by that')
  })

  it('keeps a request waiting further when Retry-After is given anew while it sleeps', async () => {
    const clock = fakeClock()
    const pace = createPace({ maxConnections: 1, bytesPerSecond: 0, clock })
    const beforeMs = clock.now()
    pace.slowDown(1000)
    const admitted = pace.admit(never)
    assert.equal(clock.now() - beforeMs, 1000, 'it sleeps, and this clock does not wait')
    pace.slowDown(5000)
    await admitted
    assert.equal(clock.now() - beforeMs, 6000)
  })
})
