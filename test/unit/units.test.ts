import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import {
  formatDuration,
  formatListedSize,
  formatRate,
  formatSize,
  parseListedSize,
  parseSize,
} from '../../src/core/units.ts'

const KB = 1024
const MB = 1024 ** 2
const GB = 1024 ** 3
const TB = 1024 ** 4

const anySize = fc.oneof(
  fc.maxSafeNat(),
  fc.nat(),
  fc.nat(4096),
  fc
    .tuple(fc.constantFrom(1, KB, MB, GB, TB), fc.nat(8000), fc.integer({ min: -2, max: 2 }))
    .map(([unit, count, off]) => Math.max(0, unit * count + off)),
)

describe('parseSize()', () => {
  const sizes: readonly (readonly [text: string, bytes: number])[] = [
    ['0', 0],
    ['5242880', 5242880],
    ['10B', 10],
    ['5KB', 5 * KB],
    ['1MB', 1_048_576],
    ['1mb', MB],
    ['1Mb', MB],
    ['3gB', 3 * GB],
    ['6TB', 6 * TB],
    [' 7MB', 7 * MB],
    ['\t7MB \n', 7 * MB],
    ['007', 7],
    ['+7', 7],
    ['-1', -1],
    ['-5KB', -5 * KB],
    ['9007199254740991', Number.MAX_SAFE_INTEGER],
    ['8191TB', 8191 * TB],
  ]
  for (const [text, bytes] of sizes) {
    it(`reads ${JSON.stringify(text)} as ${bytes} bytes`, () => {
      assert.equal(parseSize(text), bytes)
    })
  }

  const words =
    'auto abc MB - + --1 1k 1K 1M 1PB 1GBB 1BB 1.5MB 1,5 1e3 0x10 1_000 Infinity NaN ٣ 1\u212AB'
  const tooLarge =
    '9007199254740992 -9007199254740992 8192TB 9999999999GB 9223372036854775807 1e400'
  const blanks = ['', ' ', '7 MB', '1 2', '- 1']
  const nonsense = [...words.split(' '), ...tooLarge.split(' '), '9'.repeat(400), ...blanks]
  for (const text of nonsense) {
    it(`takes ${JSON.stringify(text.slice(0, 30))} for no size`, () => {
      assert.equal(parseSize(text), undefined)
    })
  }

  it('reads back every safe integer', () => {
    fc.assert(fc.property(fc.maxSafeInteger(), (n) => parseSize(String(n)) === n))
  })
})

describe('formatSize()', () => {
  const sizes: readonly (readonly [bytes: number, text: string])[] = [
    [0, '0B'],
    [1, '1B'],
    [123, '123B'],
    [1023, '1023B'],
    [1024, '1.00KB'],
    [50_000, '48.83KB'],
    [MB - 1, '1024.00KB'],
    [MB, '1.00MB'],
    [10 * MB, '10.00MB'],
    [13_485_760, '12.86MB'],
    [GB, '1.00GB'],
    [TB, '1.00TB'],
    [2048 * TB, '2048.00TB'],
    [Number.MAX_SAFE_INTEGER, '8192.00TB'],
  ]
  for (const [bytes, text] of sizes) {
    it(`prints ${bytes} bytes as ${text}`, () => assert.equal(formatSize(bytes), text))
  }

  it('rounds an exact half to the even neighbour, as Go does', () => {
    const halves = [1152, 1408, 1664, 1920].map(formatSize)
    assert.deepEqual(halves, ['1.12KB', '1.38KB', '1.62KB', '1.88KB'])
  })

  it('agrees with arithmetic on big integers for every size', () => {
    fc.assert(
      fc.property(anySize, (bytes) => {
        const power = [4n, 3n, 2n, 1n].find((p) => BigInt(bytes) >= 1024n ** p) ?? 0n
        if (power === 0n) return formatSize(bytes) === `${bytes}B`
        const [, whole = '', part = '', unit] = /^(\d+)\.(\d\d)(.B)$/.exec(formatSize(bytes)) ?? []
        const error = BigInt(whole + part) * 1024n ** power - 100n * BigInt(bytes)
        const distance = error < 0n ? -error : error
        return (
          unit === ['KB', 'MB', 'GB', 'TB'][Number(power) - 1] && 2n * distance <= 1024n ** power
        )
      }),
    )
  })
})

describe('formatListedSize()', () => {
  it('prints both styles', () => {
    assert.equal(formatListedSize(123_456, 'human'), '120.56KB')
    assert.equal(formatListedSize(123_456, 'raw'), '123456B')
    assert.equal(formatListedSize(0, 'raw'), '0B')
  })
})

describe('parseListedSize()', () => {
  it('reads whole bytes exactly', () => {
    assert.deepEqual(parseListedSize('0B'), { minBytes: 0, maxBytes: 0 })
    assert.deepEqual(parseListedSize('14B'), { minBytes: 14, maxBytes: 14 })
    assert.deepEqual(parseListedSize('123456789B'), { minBytes: 123456789, maxBytes: 123456789 })
  })

  it('reads a rounded size as all sizes that round to it', () => {
    assert.deepEqual(parseListedSize('1.00KB'), { minBytes: 1018, maxBytes: 1030 })
    assert.deepEqual(parseListedSize('48.83KB'), { minBytes: 49_996, maxBytes: 50_008 })
    assert.deepEqual(parseListedSize('0.00KB'), { minBytes: 0, maxBytes: 6 })
  })

  const words =
    'n/a N/A B KB 12 -1B +1B 1.5KB 1.50B 1.500KB 1KB 1.00kb 1.00PB 1.00KBB 1e3B 9000.00TB'
  const nonsense = [...words.split(' '), '9'.repeat(20) + 'B', '', ' 1B', '1B ', '1B\n']
  for (const text of nonsense) {
    it(`takes ${JSON.stringify(text)} for no size`, () => {
      assert.equal(parseListedSize(text), undefined)
    })
  }

  it('always contains the size that was printed, within two hundredths of the unit', () => {
    const below8192TB = anySize.filter((bytes) => bytes < 8191 * TB)
    fc.assert(
      fc.property(below8192TB, fc.constantFrom('human', 'raw'), (bytes, style) => {
        const text = formatListedSize(bytes, style)
        const read = parseListedSize(text)
        assert.ok(read && read.minBytes <= bytes && bytes <= read.maxBytes, text)
        const width = read.maxBytes - read.minBytes
        assert.ok(style === 'raw' || bytes < KB ? width === 0 : width <= bytes / 100 + 2, text)
      }),
    )
  })
})

describe('formatDuration()', () => {
  const spans: readonly (readonly [ms: number, text: string])[] = [
    [-5, '0s'],
    [0, '0s'],
    [999, '0s'],
    [12_000, '12s'],
    [59_999, '59s'],
    [60_000, '1m00s'],
    [185_000, '3m05s'],
    [3_599_999, '59m59s'],
    [3_600_000, '1h00m00s'],
    [3_723_000, '1h02m03s'],
    [360_000_000, '100h00m00s'],
  ]
  for (const [ms, text] of spans) {
    it(`prints ${ms} ms as ${text}`, () => assert.equal(formatDuration(ms), text))
  }
})

describe('formatRate()', () => {
  const rates: readonly (readonly [bytesPerSecond: number, text: string])[] = [
    [0, '0 B/s'],
    [0.9, '0 B/s'],
    [512.7, '512 B/s'],
    [1023.99, '1023 B/s'],
    [2068.48, '2.02 KB/s'],
    [22.8 * MB, '22.80 MB/s'],
    [1.5 * GB, '1.50 GB/s'],
  ]
  for (const [rate, text] of rates) {
    it(`prints ${rate} bytes a second as ${text}`, () => assert.equal(formatRate(rate), text))
  }
})
