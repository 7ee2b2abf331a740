import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ItemError } from '../../src/core/errors.ts'
import type { System } from '../../src/core/system.ts'
import { assertUsable } from '../../src/transfer/usable-item.ts'

const CASES: readonly (readonly [key: string, path: string, system: System, code?: string])[] = [
  ['p/a.bin', 'd:\\data\\p\\a.bin', 'win32'],
  ['p/aux.c', 'd:\\data\\p\\aux.c', 'win32', 'InvalidNameError'],
  ['p/a:b', 'd:\\data\\p\\a:b', 'win32', 'InvalidNameError'],
  ['aux/', 'd:\\data\\aux\\', 'win32', 'InvalidNameError'],
  ['p/a.', 'd:\\data\\p\\a.', 'win32', 'InvalidNameError'],
  ['p/aux.c', '/data/p/aux.c', 'linux'],
  ['p/a:b', '/data/p/a:b', 'darwin'],
  ['p/a.', '/data/p/a.', 'linux'],
  ['p/a', '/data/p/a\0', 'darwin', 'InvalidNameError'],
  // The key is wrong whatever the destination.
  ['a\0', 'd:\\aux', 'win32', 'InvalidKeyError'],
  ['a//b', 'd:\\aux', 'win32', 'EmptyFolderNameError'],
]

describe('an item', () => {
  for (const [key, destination, system, code] of CASES) {
    it(`for ${JSON.stringify(destination)} on ${system}: ${code ?? 'is tried'}`, () => {
      const item = { bucket: 'b', key, versionId: undefined, destination, listedSize: undefined }
      const look = () => assertUsable(item, { emptySegments: 'refused', system })
      if (code === undefined) return look()
      assert.throws(look, (error) => error instanceof ItemError && error.code === code)
    })
  }
  it('that can be no file says which part of its path is at fault, and why', () => {
    const destination = 'd:\\data\\a.\\b'
    const item = { bucket: 'b', key: 'b', versionId: undefined, destination, listedSize: undefined }
    assert.throws(() => assertUsable(item, { emptySegments: 'refused', system: 'win32' }), {
      message:
        'No file can be at [d:\\data\\a.\\b]: its part [a.] ends with a dot, which Windows takes away',
    })
  })
})
