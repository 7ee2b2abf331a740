/** The picture of a run: what is seen at each moment is what the terminal showed then. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { renderSvg, type Frame } from '../../scripts/picture/svg.ts'

const ROWS = 3
const DURATION_MS = 10_000
const SIZE = { columns: 20, rows: ROWS, durationMs: DURATION_MS }

interface ShownText {
  readonly text: string
  readonly y: number
  readonly fromPercent: number
  readonly toPercent: number
  /** Where nothing moves. */
  readonly isSeenAtRest: boolean
}

function textsOf(svg: string): readonly ShownText[] {
  const styles = new Map(
    [...svg.matchAll(/^@keyframes (\S+?)\{(.*)\}\.\S+\{opacity:([01]);/gm)].map(
      ([, name = '', steps = '', rest]) => [name, { steps, isSeenAtRest: rest === '1' }],
    ),
  )
  return [...svg.matchAll(/^<text class="(\S+)[^"]*" x="\S+" y="(\S+?)".*?>(.*)<\/text>$/gm)].map(
    ([, name = '', y, text = '']) => {
      const style = styles.get(name)
      assert.ok(style, `no style for ${name}`)
      const { steps, isSeenAtRest } = style
      const stepTo = (opacity: number) =>
        [...steps.matchAll(/([\d.]+)%\{opacity:([01])\}/g)].find(
          ([, , to], at) => Number(to) === opacity && (opacity === 1 || at > 0),
        )?.[1]
      return {
        text: text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&'),
        y: Number(y),
        fromPercent: Number(stepTo(1)),
        toPercent: Number(steps.endsWith('{opacity:0}') ? stepTo(0) : 100),
        isSeenAtRest,
      }
    },
  )
}

const rowText = fc.string({ unit: fc.constantFrom('a', ' ', '<', '&', '>', '='), maxLength: 6 })
const frames = fc
  .array(fc.array(rowText, { maxLength: ROWS }), { minLength: 1, maxLength: 8 })
  .map((all) => all.map((rows, at): Frame => ({ atMs: at * 1000, rows: rows.map(trimmedEnd) })))

function trimmedEnd(row: string): string {
  return row.trimEnd()
}

test('at each moment the rows of its frame are seen, and no others', () => {
  fc.assert(
    fc.property(frames, (all) => {
      const texts = textsOf(renderSvg(all, SIZE, (text) => text.length))
      for (const frame of all) {
        const percent = ((frame.atMs + 1) * 100) / DURATION_MS
        const seen = texts
          .filter(({ fromPercent, toPercent }) => fromPercent <= percent && percent < toPercent)
          .toSorted((one, other) => one.y - other.y)
          .map(({ text }) => text)
        assert.deepEqual(
          seen,
          frame.rows.filter((row) => row !== '').map((row) => row.trimStart()),
        )
      }
    }),
  )
})

test('without motion the last frame is seen', () => {
  fc.assert(
    fc.property(frames, (all) => {
      const atRest = textsOf(renderSvg(all, SIZE, (text) => text.length)).filter(
        ({ isSeenAtRest }) => isSeenAtRest,
      )
      const last = all.at(-1)?.rows.filter((row) => row !== '') ?? []
      assert.deepEqual(atRest.length, last.length)
    }),
  )
})
