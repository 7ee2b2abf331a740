import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { AppError } from '../../src/core/errors.ts'
import { parseTimeRange } from '../../src/core/time-range.ts'

/** The start of a range, which no end can come before. */
function startOf(digits: string): number | undefined {
  return parseTimeRange(`${digits}-*`)?.fromMs
}

function pad(value: number): string {
  return String(value).padStart(2, '0')
}

function usageError(message: string): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof AppError)
    assert.equal(error.fault, 'usage')
    assert.equal(error.message, message)
    return true
  }
}

describe('parseTimeRange()', () => {
  it('takes an empty value as not given', () => {
    assert.equal(parseTimeRange(''), undefined)
  })

  const instants: readonly (readonly [digits: string, iso: string])[] = [
    ['2024', '2024-01-01T00:00:00Z'],
    ['202406', '2024-06-01T00:00:00Z'],
    ['20240620', '2024-06-20T00:00:00Z'],
    ['2024062013', '2024-06-20T13:00:00Z'],
    ['202406201359', '2024-06-20T13:59:00Z'],
    ['20240620135958', '2024-06-20T13:59:58Z'],
    ['20241', '2024-11-01T00:00:00Z'],
    ['20240', '2024-01-01T00:00:00Z'],
    ['2024013', '2024-01-31T00:00:00Z'],
    ['202401011', '2024-01-01T10:00:00Z'],
    ['20240101235', '2024-01-01T23:50:00Z'],
    ['2024010123595', '2024-01-01T23:59:50Z'],
    ['19700101', '1970-01-01T00:00:00Z'],
    ['1969', '1969-01-01T00:00:00Z'],
    ['20000229', '2000-02-29T00:00:00Z'],
    ['20240229', '2024-02-29T00:00:00Z'],
    ['20231231235959', '2023-12-31T23:59:59Z'],
    ['9999', '9999-01-01T00:00:00Z'],
    ['0000', '0000-01-01T00:00:00Z'],
  ]
  for (const [digits, iso] of instants) {
    it(`reads ${digits} as ${iso}`, () => {
      assert.equal(startOf(digits), Date.parse(iso))
    })
  }

  it('includes an end at exactly the second it names', () => {
    const at = Date.parse('2024-06-01T00:00:00Z')
    assert.deepEqual(parseTimeRange('202406-202406'), { fromMs: at, toMs: at })
    assert.deepEqual(parseTimeRange('20240101-2024'), {
      fromMs: Date.parse('2024-01-01T00:00:00Z'),
      toMs: Date.parse('2024-01-01T00:00:00Z'),
    })
  })

  it('leaves an end open for *', () => {
    const at = Date.parse('2024-01-01T00:00:00Z')
    assert.deepEqual(parseTimeRange('*-*'), { fromMs: -Infinity, toMs: Infinity })
    assert.deepEqual(parseTimeRange('2024-*'), { fromMs: at, toMs: Infinity })
    assert.deepEqual(parseTimeRange('*-2024'), { fromMs: -Infinity, toMs: at })
  })

  const shapes = [
    '2024',
    'abc',
    '*',
    '-',
    '2024-',
    '-2024',
    '2024-2025-2026',
    '*-*-*',
    '2024--2025',
    ' ',
  ]
  for (const text of shapes) {
    it(`refuses ${JSON.stringify(text)}, which is not two times`, () => {
      const message = `The timeRange pattern [${text}] is not well-formed, must be time1-time2`
      assert.throws(() => parseTimeRange(text), usageError(message))
    })
  }

  for (const text of ['20240101-20230101', '20240101120000-20240101110000', '20240102-2024']) {
    it(`refuses ${text}, which starts after its end`, () => {
      const message = `The timeRange pattern [${text}] is not well-formed, start time greater than end time.`
      assert.throws(() => parseTimeRange(text), usageError(message))
    })
  }

  const impossible: readonly (readonly [digits: string, padded: string, field: string])[] = [
    ['20241301', '20241301000000', 'month'],
    ['202400', '20240001000000', 'month'],
    ['20240100', '20240100000000', 'day'],
    ['20240132', '20240132000000', 'day'],
    ['20240230', '20240230000000', 'day'],
    ['20230229', '20230229000000', 'day'],
    ['21000229', '21000229000000', 'day'],
    ['20240431', '20240431000000', 'day'],
    ['2024010124', '20240101240000', 'hour'],
    ['202401010060', '20240101006000', 'minute'],
    ['20240101000060', '20240101000060', 'second'],
    ['20249', '20249101000000', 'month'],
  ]
  for (const [digits, padded, field] of impossible) {
    it(`refuses ${digits}, whose ${field} does not exist`, () => {
      for (const text of [`${digits}-*`, `*-${digits}`]) {
        const message = `The timeRange pattern [${text}] is not well-formed, parsing time "${padded}": ${field} out of range`
        assert.throws(() => parseTimeRange(text), usageError(message))
      }
    })
  }

  const notTimes = [
    '202',
    '1',
    '20240101000000000',
    '2024x',
    '2024 ',
    '+2024',
    '**',
    '2024.1',
    '２０２４',
  ]
  for (const digits of notTimes) {
    it(`refuses ${JSON.stringify(digits)}, which is no start of a time`, () => {
      const text = `${digits}-20250101`
      const message = `The timeRange pattern [${text}] is not well-formed, parsing time "${digits}": must be 4 to 14 digits of yyyyMMddHHmmss, or *`
      assert.throws(() => parseTimeRange(text), usageError(message))
    })
  }

  it('agrees with the calendar of Date on every second of the years 0 to 9999', () => {
    const seconds = fc.integer({
      min: Date.parse('0000-01-01T00:00:00Z') / 1000,
      max: Date.parse('9999-12-31T23:59:59Z') / 1000,
    })
    fc.assert(
      fc.property(seconds, (second) => {
        const digits = new Date(second * 1000).toISOString().replace(/\D/g, '').slice(0, 14)
        assert.equal(startOf(digits), second * 1000)
      }),
      { numRuns: 1000 },
    )
  })

  it('accepts a day exactly when Date knows it', () => {
    for (const year of [1900, 1999, 2000, 2023, 2024, 2100]) {
      for (let month = 0; month <= 13; month++) {
        for (let day = 0; day <= 32; day++) {
          const iso = `${year}-${pad(month)}-${pad(day)}`
          const date = new Date(`${iso}T00:00:00Z`)
          const exists = !Number.isNaN(date.getTime()) && date.toISOString().startsWith(iso)
          const read = (): unknown => startOf(`${year}${pad(month)}${pad(day)}`)
          if (exists) assert.equal(read(), date.getTime())
          else assert.throws(read, AppError)
        }
      }
    }
  })

  it('returns a range in order or throws a usage error, whatever the text', () => {
    const time = fc.string({
      unit: fc.constantFrom(...Array.from('0123456789*- x')),
      maxLength: 18,
    })
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.tuple(time, time).map((pair) => pair.join('-')),
        ),
        (text) => {
          try {
            const range = parseTimeRange(text)
            assert.ok(range === undefined ? text === '' : range.fromMs <= range.toMs)
          } catch (error) {
            assert.ok(error instanceof AppError && error.fault === 'usage')
          }
        },
      ),
      { numRuns: 500 },
    )
  })
})
