import assert from 'node:assert/strict'
import { posix, win32 } from 'node:path'
import { describe, it } from 'node:test'
import { createDestinationClaims } from '../../src/app/destination-claims.ts'
import type { ObjectSource } from '../../src/core/item.ts'

function object(key: string, versionId?: string): ObjectSource {
  return { bucket: 'b', key, versionId }
}

describe('destination claims', () => {
  it('take the same source for the same destination as one item', () => {
    const claim = createDestinationClaims()
    assert.equal(claim(object('k'), '/d/k'), 'first')
    assert.equal(claim(object('k'), '/d/k'), 'repeated')
    assert.equal(claim(object('k'), '/d//x/../k'), 'repeated')
  })
  it('refuse another source for a destination that is taken', () => {
    const claim = createDestinationClaims()
    assert.equal(claim(object('k'), '/d/k'), 'first')
    assert.equal(claim(object('other'), '/d/k'), 'taken')
    assert.equal(claim(object('k', 'v1'), '/d/k'), 'taken')
  })
  it('tell a version from a key that is spelled like it', () => {
    const claim = createDestinationClaims()
    assert.equal(claim(object('k', 'v'), '/d/k'), 'first')
    assert.equal(claim(object('k?versionId=v'), '/d/k'), 'taken')
  })
  it('let one source go to several destinations', () => {
    const claim = createDestinationClaims()
    assert.equal(claim(object('k'), '/d/1'), 'first')
    assert.equal(claim(object('k'), '/d/2'), 'first')
  })
  for (const [one, other, on] of [
    ['d:\\x\\k', 'd:/x/k', ['win32']],
    ['d:\\x\\k', 'd:\\x\\\\y\\..\\k', ['win32']],
    ['\\\\server\\share\\k', '\\\\server/share/k', ['win32']],
    ['/x/k', '/x//y/../k', ['posix', 'win32']],
    ['/x\\k', '/x/k', ['win32']],
    ['d:\\x\\k', 'e:\\x\\k', []],
  ] as const) {
    for (const [system, paths] of [
      ['posix', posix],
      ['win32', win32],
    ] as const) {
      const isOne = (on as readonly string[]).includes(system)
      it(`take ${one} and ${other} for ${isOne ? 'one path' : 'two paths'} on ${system}`, () => {
        const claim = createDestinationClaims((path) => paths.normalize(path))
        assert.equal(claim(object('k'), one), 'first')
        assert.equal(claim(object('k'), other), isOne ? 'repeated' : 'first')
        assert.equal(claim(object('k2'), other), 'taken')
      })
    }
  }
  it('still know every one of many destinations', () => {
    const claim = createDestinationClaims()
    const count = 5000
    for (let n = 0; n < count; n += 1) assert.equal(claim(object(`k${n}`), `/d/${n}`), 'first')
    for (let n = 0; n < count; n += 1) assert.equal(claim(object(`k${n}`), `/d/${n}`), 'repeated')
    for (let n = 0; n < count; n += 1) assert.equal(claim(object(`x${n}`), `/d/${n}`), 'taken')
  })
})
