import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createCredentialSource } from '../../src/adapters/credentials.ts'
import { refusalOf, renewalTimeOf, type Keys } from '../../src/core/credentials.ts'
import { ItemError } from '../../src/core/errors.ts'

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
    const waiting = [source.current(), source.current()]
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

  it('ends a look when it is closed', async () => {
    const { source, look } = setUp(OLD)
    const renewal = source.renew(OLD, 'certain')
    source.close()
    assert.equal(await renewal, false)
    assert.equal(look.count(), 1)
  })
})

describe('`renewalTimeOf()`', () => {
  for (const [livesMs, renewsAfterMs] of [
    [24 * HOUR_MS, 24 * HOUR_MS - 300_000],
    [900_000, 810_000],
    [500, 1000],
    [-HOUR_MS, 1000],
  ] as const) {
    it(`is ${renewsAfterMs} ms after keys were got that live ${livesMs} ms`, () => {
      const keys = { ...OLD, expiresAtMs: 7_000 + livesMs }
      const due = renewalTimeOf(keys, 7_000)
      assert.equal(livesMs < 0 ? Math.max(due, 8_000) : due, 7_000 + renewsAfterMs)
    })
  }

  it('is never for keys without an end', () => {
    assert.equal(renewalTimeOf(OLD, 7_000), Number.POSITIVE_INFINITY)
  })
})

describe('`refusalOf()`', () => {
  const cases: readonly [status: number, code: string, refusal: string | undefined][] = [
    [401, 'Unauthorized', 'certain'],
    [403, 'InvalidAccessKeyId', 'certain'],
    [403, 'SignatureDoesNotMatch', 'certain'],
    [403, 'ExpiredToken', 'certain'],
    [400, 'ExpiredToken', 'certain'],
    [400, 'InvalidToken', 'certain'],
    [403, 'Forbidden', 'doubtful'],
    [400, 'BadRequest', 'doubtful'],
    [403, 'AccessDenied', undefined],
    [403, 'RequestTimeTooSkewed', undefined],
    [404, 'NotFound', undefined],
    [503, 'ExpiredToken', undefined],
    [0, 'ECONNRESET', undefined],
  ]
  for (const [status, code, refusal] of cases) {
    it(`takes ${status} ${code} for ${refusal ?? 'nothing about keys'}`, () => {
      assert.equal(refusalOf(new ItemError('no', { code, status })), refusal)
    })
  }
})

interface Look {
  readonly resolve: (keys: Keys) => void
  readonly reject: (error: Error) => void
}

/** A source whose looks end as the test says, at a time that only the test moves on. */
function setUp(first: Keys) {
  let nowMs = 0
  let looks = 0
  let look: Look | undefined
  const news: Keys[] = []
  const logged: string[] = []
  const slept: number[] = []
  const add = (text: string) => logged.push(text)
  const answerLook = async (end: (look: Look) => void) => {
    while (look === undefined) await new Promise((done) => setImmediate(done))
    end(look)
    look = undefined
    await new Promise((done) => setImmediate(done))
  }
  const source = createCredentialSource({
    first,
    read: (signal) =>
      new Promise((resolve, reject) => {
        looks += 1
        look = { resolve, reject }
        signal.addEventListener('abort', () => reject(new Error('closed')), { once: true })
      }),
    clock: {
      now: () => nowMs,
      async sleep(delayMs) {
        slept.push(delayMs)
        nowMs += delayMs
      },
    },
    log: { debug: add, info: add, warn: add, error: add },
    onNewKeys: (keys) => news.push(keys),
  })
  return {
    source,
    news,
    logged,
    clock: {
      slept,
      advance(byMs: number) {
        nowMs += byMs
      },
    },
    look: {
      count: () => looks,
      found: (keys: Keys) => answerLook(({ resolve }) => resolve(keys)),
      failed: (error: Error) => answerLook(({ reject }) => reject(error)),
    },
  }
}
