import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { crc32 } from 'node:zlib'
import fc from 'fast-check'
import { generated } from '../support/test-bytes.ts'
import { combineCrcs } from '../../src/core/crc-combine.ts'
import { CRC_OF_NOTHING, CRC_RULES, crcOnes, type CrcKind } from '../../src/core/crc.ts'
import { CRC_MODULE } from '../../src/transfer/crc-module.ts'
import { continueFastCrc } from '../../src/transfer/fast-crc.ts'
import { CRC_FOLD_MODULE } from '../../src/transfer/crc-fold-module.ts'
import { foldsFromBytes } from '../../src/transfer/crc-fold.ts'
import { foldMemory } from '../../src/transfer/fold-memory.ts'
import { assembleCrcModule, CRC_MODULES } from '../../scripts/assemble-crc-module.ts'

const KINDS: readonly CrcKind[] = ['crc32', 'crc32c', 'crc64ecma', 'crc64nvme']

/** The check values of the catalogue of CRC algorithms. */
const OF_DIGITS: Readonly<Record<CrcKind, bigint>> = {
  crc32: 0xcb_f4_39_26n,
  crc32c: 0xe3_06_92_83n,
  crc64ecma: 0x99_5d_c9_bb_df_19_39_fan,
  crc64nvme: 0xae_8b_14_86_0a_79_98_88n,
}

describe('continueFastCrc()', () => {
  for (const kind of KINDS) {
    it(`has the ${kind} of the digits 1 to 9 that all the world has`, () => {
      assert.equal(crcOf(kind, Buffer.from('123456789')), OF_DIGITS[kind])
    })
    it(`has 0 for the ${kind} of no bytes`, () => {
      assert.equal(crcOf(kind), 0n)
    })
    it(`has the ${kind} of any bytes that division bit by bit has, however they are cut`, () => {
      fc.assert(
        fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 5 }), (chunks) => {
          assert.equal(crcOf(kind, ...chunks), bitByBit(kind, Buffer.concat(chunks)))
        }),
      )
    })
  }
  it('reads a chunk from where it begins in its buffer to where it ends', () => {
    const digits = Buffer.from('xxx123456789yyy').subarray(3, 12)
    assert.equal(crcOf('crc64ecma', digits), OF_DIGITS.crc64ecma)
  })
  it('has the CRC-32 that zlib has of a megabyte', () => {
    const bytes = Buffer.alloc(1024 * 1024 + 3, 'not all the same')
    assert.equal(crcOf('crc32', bytes), BigInt(crc32(bytes)))
  })
  for (const kind of KINDS) {
    it(`has the ${kind} of more bytes than its memory takes, wherever they are cut`, () => {
      const bytes = generated(600_001).read({ start: 0, end: 600_001 })
      const whole = crcOf(kind, bytes)
      for (const cut of [1, 15, 262_143, 262_144, 262_145, 600_000]) {
        const [first, second] = [bytes.subarray(0, cut), bytes.subarray(cut)]
        assert.equal(crcOf(kind, first, second), whole)
        const pieces = [first, second].map((piece) => ({
          crc: crcOf(kind, piece),
          lengthBytes: piece.length,
        }))
        assert.equal(combineCrcs(kind, pieces), whole)
      }
    })
  }
  for (const kind of KINDS) {
    it(`has the ${kind} of long chunks that it has of their short pieces, wherever they lie`, () => {
      const bytes = generated(300_000).read({ start: 0, end: 300_000 })
      const least = foldsFromBytes(kind)
      assert.ok(least < 150_000)
      const there = foldMemory()?.take(bytes.length)
      assert.ok(there)
      there.set(bytes)
      const lengths = fc.oneof(
        fc.integer({ min: least - 1, max: least + 70 }),
        fc.integer({ min: 128 * 1024 - 200, max: 128 * 1024 + 40_000 }),
        fc.integer({ min: least, max: 290_000 }),
      )
      fc.assert(
        fc.property(
          fc.nat(10_000),
          lengths,
          fc.bigInt(0n, crcOnes(kind)),
          fc.constantFrom(bytes, there),
          (...[from, length, crc, memory]) => {
            const chunk = memory.subarray(from, from + length)
            assert.equal(continueFastCrc(kind, crc, chunk), inShortPieces(kind, crc, chunk))
          },
        ),
        { numRuns: 40 },
      )
    })
    it(`folds the ${kind} by a multiple of its polynomial`, () => {
      const { polynomial, lags } = CRC_RULES[kind]
      const first = lags[0]
      let power = 1n << BigInt(CRC_RULES[kind].bits - 1)
      let sum = 0n
      for (let exponent = 0; exponent <= first; exponent += 1) {
        if (exponent === first || lags.some((lag) => exponent === first - lag)) sum ^= power
        power = power & 1n ? (power >> 1n) ^ polynomial : power >> 1n
      }
      assert.equal(sum, 0n)
      assert.ok(lags.every((lag, at) => lag >= 4 && lag <= first && lags.indexOf(lag) === at))
    })
  }
  it('runs what the texts of its modules say', async () => {
    const advice = 'run `npm run build:crc`'
    assert.equal(CRC_MODULE, await assembleCrcModule(CRC_MODULES.CRC_MODULE), advice)
    assert.equal(CRC_FOLD_MODULE, await assembleCrcModule(CRC_MODULES.CRC_FOLD_MODULE), advice)
  })
})

describe('combineCrcs()', () => {
  for (const kind of KINDS) {
    it(`has the ${kind} of the whole from those of any pieces, empty ones too`, () => {
      fc.assert(
        fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 6 }), (chunks) => {
          const pieces = chunks.map((chunk) => ({
            crc: crcOf(kind, chunk),
            lengthBytes: chunk.length,
          }))
          assert.equal(combineCrcs(kind, pieces), crcOf(kind, ...chunks))
        }),
      )
    })
  }
  it('knows pieces in the wrong order', () => {
    const [first, second] = [Buffer.from('first'), Buffer.from('other')]
    const pieces = [second, first].map((bytes) => ({
      crc: crcOf('crc64ecma', bytes),
      lengthBytes: bytes.length,
    }))
    assert.notEqual(combineCrcs('crc64ecma', pieces), crcOf('crc64ecma', first, second))
  })
  it('takes pieces that are longer than 32 bits can say', () => {
    // A piece of 2^40 zeros, made of halves, is what it is made of quarters.
    const zeros = (exponent: number): bigint => {
      if (exponent === 0) return crcOf('crc64ecma', Buffer.alloc(1))
      const half = { crc: zeros(exponent - 1), lengthBytes: 2 ** (exponent - 1) }
      return combineCrcs('crc64ecma', [half, half])
    }
    const quarter = { crc: zeros(38), lengthBytes: 2 ** 38 }
    const parts = [quarter, quarter, quarter, quarter]
    assert.equal(combineCrcs('crc64ecma', parts), zeros(40))
    assert.equal(zeros(4), crcOf('crc64ecma', Buffer.alloc(16)))
  })
})

function crcOf(kind: CrcKind, ...chunks: readonly Uint8Array[]): bigint {
  return chunks.reduce((crc, chunk) => continueFastCrc(kind, crc, chunk), CRC_OF_NOTHING)
}

function inShortPieces(kind: CrcKind, crc: bigint, bytes: Uint8Array): bigint {
  let continued = crc
  for (let at = 0; at < bytes.length; at += 1000) {
    continued = continueFastCrc(kind, continued, bytes.subarray(at, at + 1000))
  }
  return continued
}

/** Long division, as the textbooks have it. */
function bitByBit(kind: CrcKind, bytes: Uint8Array): bigint {
  const { bits, polynomial } = CRC_RULES[kind]
  const ones = (1n << BigInt(bits)) - 1n
  let register = ones
  for (const byte of bytes) {
    register ^= BigInt(byte)
    for (let bit = 0; bit < 8; bit += 1) {
      register = register & 1n ? (register >> 1n) ^ polynomial : register >> 1n
    }
  }
  return register ^ ones
}
