/** What a user sees of a run on terminals of several sizes, and after it. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test, type TestContext } from 'node:test'
import { createGate, errorAnswer, type Fault } from '../support/fault-scripts.ts'
import { NO_TERMINAL, PROMPT, startOnTerminal } from '../support/on-terminal.ts'
import { generated } from '../support/test-bytes.ts'
import { makeBench } from './support/bench.ts'

const NO_BASH = spawnSync('bash', ['--version']).status === 0 ? false : 'there is no bash'
const MB = 1024 * 1024
const SMALL = Array.from({ length: 5 }, (_, at) => ({ key: `small-${at}`, body: 'x'.repeat(at) }))
const LARGE = ['shop/数据库.tar', 'shop/video.mp4', 'shop/e\u0301te\u0301.bin'].map((key) => ({
  key,
  body: generated(2 * MB),
}))
/** Each of them has its line. */
const ALL_LARGE = /(?:\n.*50\.00% .*(?:tar|mp4|bin)){3}$/
const HIDDEN_OR_COLOURED = new RegExp(String.raw`\u001B\[(?:\?25|[\d;]*m)`)
const FLAGS = ['-threshold=1MB', '-ps=1MB', '-p=1', '-j=4']

interface Size {
  readonly columns: number
  readonly rows: number
}

interface Special {
  readonly env?: Record<string, string>
  readonly config?: Record<string, string>
  readonly from?: 'bash'
  /** What becomes of the second part of the video when the gate has opened. */
  readonly ofVideo?: Fault
}

/** Starts a run whose large objects stand still when a half of each is there, until the gate opens. */
async function startHeld(t: TestContext, size: Size, special: Special = {}) {
  const { env, config, ofVideo, from } = special
  const bench = await makeBench(t, { config: config ?? {} })
  const gate = createGate()
  for (const { key } of LARGE) {
    const fault = key === 'shop/video.mp4' ? ofVideo : undefined
    const on = { key, method: 'GET', nth: 2 }
    bench.server.script.add({ on, do: { ...fault, hold: { at: 'head', gate } } })
  }
  const taskId = await bench.listObjects(...SMALL, ...LARGE)
  const run = startOnTerminal(t, bench.words(taskId, ...FLAGS), {
    ...size,
    home: bench.home,
    env: env ?? {},
    ...(from && { from }),
  })
  return { ...run, gate, bench }
}

/** The lines between the header and the summary. */
function shownBetween(lines: readonly string[]): readonly string[] {
  const from = lines.findIndex((line) => line.startsWith('TempFileDir: '))
  const to = lines.findIndex((line) => line.startsWith('Succeed count:'))
  assert.ok(from > 0 && to > from, lines.join('\n'))
  assert.equal(lines[from + 1], '')
  return lines.slice(from + 2, to)
}

const SIZES: readonly (readonly [columns: number, rows: number, line: RegExp, ofObject: RegExp])[] =
  [
    [20, 10, /^\[====-----\] 50\.\d\d%$/m, /^50\.00% \.\.\.据库\.tar$/m],
    [40, 10, /^\[=+-+\] 50\.\d\d% .*5\/8 \S+$/m, /^50\.00% +\d\S* [KM]?B\/s shop\/数据库\.tar$/m],
    [
      80,
      24,
      /^\[=+-+\] 50\.\d\d% tps.* 5\/8 items \S+$/m,
      /^\[=+-+\] 50\.00% .* shop\/数据库\.tar$/m,
    ],
    [
      120,
      40,
      /^\[=+-+\] 50\.\d\d% tps.* 5\/8 items \S+$/m,
      /^\[=+-+\] 50\.00% .* shop\/été\.bin$/m,
    ],
    [
      200,
      50,
      /^\[={28}-{28}\] 50\.\d\d% tps.* \S+$/m,
      /^\[={15}-{15}\] 50\.00% .* shop\/video\.mp4$/m,
    ],
  ]
for (const [columns, rows, line, ofObject] of SIZES) {
  test(
    `on ${columns}x${rows} a run shows itself and its large objects, and leaves one line`,
    { skip: NO_TERMINAL },
    async (t) => {
      const { terminal, shows, gate, done, bench } = await startHeld(t, { columns, rows })
      await shows(line)
      await shows(ofObject)
      await shows(ALL_LARGE)
      assert.equal(terminal.rows().filter((row) => row.includes('%')).length, 4)
      gate.open()

      const { code, written } = await done
      assert.equal(code, 0)
      const [bar = '', ...others] = shownBetween(terminal.lines())
      assert.match(bar, /^\[=+\] 100\.00%/)
      assert.deepEqual(others, [])
      assert.equal(terminal.cursor().column, 0)
      // Neither a hidden cursor nor a colour.
      assert.doesNotMatch(written, HIDDEN_OR_COLOURED)
      await bench.assertArrived(...SMALL, ...LARGE)
    },
  )
}

test(
  'a terminal that changes its size in mid-run keeps nothing of old frames',
  { skip: NO_TERMINAL },
  async (t) => {
    const { terminal, shows, resize, gate, done } = await startHeld(t, { columns: 120, rows: 40 })
    await shows(ALL_LARGE)
    for (const [columns, rows, frame] of RESIZES) {
      await resize(columns, rows)
      await shows(frame)
      const held = terminal.rows().filter((row) => /^\[.*\] 50\./.test(row))
      assert.equal(held.length, 4, terminal.rows().join('\n'))
    }
    gate.open()

    assert.equal((await done).code, 0)
    const [bar = '', ...others] = shownBetween(terminal.lines())
    assert.match(bar, /^\[=+\] 100\.00%/)
    assert.deepEqual(others, [])
  },
)

const RESIZES: readonly (readonly [columns: number, rows: number, frame: RegExp])[] = [
  [80, 24, /^\[.{19}\] 50.* shop\/été\.bin$/m],
  [60, 24, /^\[.{10}\] 50.* shop\/été\.bin$/m],
  [200, 50, /^\[.{30}\] 50.* shop\/été\.bin$/m],
  [100, 20, /^\[.{24}\] 50.* shop\/été\.bin$/m],
]

test(
  'Ctrl+C leaves how far it came on one line, and goes on below',
  { skip: NO_TERMINAL },
  async (t) => {
    const { terminal, shows, type, done } = await startHeld(t, { columns: 80, rows: 24 })
    await shows(ALL_LARGE)
    type('\u0003')

    assert.equal((await done).code, 9)
    const [bar = '', interrupted, ...others] = shownBetween(terminal.lines())
    assert.match(bar, /^\[=+-+\] 50\.\d\d% .* 5\/8 items/)
    assert.match(interrupted ?? '', /^Interrupted: /)
    assert.deepEqual(others, [])
    assert.equal(terminal.cursor().column, 0)
  },
)

test(
  'Ctrl+Z leaves the screen to the shell, and `fg` goes on',
  { skip: NO_TERMINAL || NO_BASH },
  async (t) => {
    const size = { columns: 80, rows: 40 }
    const { shows, type, terminal, gate, done, bench } = await startHeld(t, size, { from: 'bash' })
    await shows(ALL_LARGE)
    type('\u001A')
    await shows(new RegExp(String.raw`\[1\]\+ +Stopped +[\s\S]*\n${PROMPT}$`))
    const stopped = terminal.rows()
    assert.doesNotMatch(stopped.join('\n'), /50\.\d\d%/)
    type('fg\n')
    await shows(ALL_LARGE)
    gate.open()
    await shows(new RegExp(String.raw`\nSucceed count: +8 [\s\S]*\n${PROMPT}$`))
    assert.deepEqual(terminal.rows().slice(0, stopped.length - 1), stopped.slice(0, -1))
    type('exit\n')
    assert.equal((await done).code, 0)
    await bench.assertArrived(...SMALL, ...LARGE)
  },
)

test('Ctrl+Z stops nothing where no shell could let it go on', { skip: NO_TERMINAL }, async (t) => {
  const { terminal, shows, type, gate, done } = await startHeld(t, { columns: 80, rows: 24 })
  await shows(ALL_LARGE)
  type('\u001A\u001A')
  gate.open()

  assert.equal((await done).code, 0)
  const [bar = '', ...others] = shownBetween(terminal.lines())
  assert.match(bar, /^\[=+\] 100\.00%/)
  assert.deepEqual(others, [])
})

test('a failed object leaves the run below 100 percent', { skip: NO_TERMINAL }, async (t) => {
  const { terminal, shows, gate, done } = await startHeld(
    t,
    { columns: 100, rows: 24 },
    { ofVideo: errorAnswer(404, 'NoSuchKey') },
  )
  await shows(ALL_LARGE)
  gate.open()

  assert.equal((await done).code, 8)
  const [bar = ''] = shownBetween(terminal.lines())
  assert.match(bar, /^\[=+-+\] 83\.\d\d% .* 7\/8 items 1 failed 0s$/)
})

test(
  'TERM=dumb and showProgressBar=false get no control characters',
  { skip: NO_TERMINAL },
  async (t) => {
    const size = { columns: 80, rows: 24 }
    for (const [special, line] of [
      [{ env: { TERM: 'dumb' } }, /^Progress: 100\.00% .* 8\/8 items$/m],
      [{ config: { showProgressBar: 'false' } }, /^Succeed count: +8/m],
    ] as const) {
      const { gate, terminal, done } = await startHeld(t, size, special)
      gate.open()
      const { written } = await done
      assert.doesNotMatch(written, /[^\P{Cc}\r\n]/u)
      assert.match(terminal.lines().join('\n'), line)
    }
  },
)
