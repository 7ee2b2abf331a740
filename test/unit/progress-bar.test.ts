import assert from 'node:assert/strict'
import { test } from 'node:test'
import { chooseProgressMode, createProgress } from '../../src/cli/progress-bar.ts'
import { rowsAfter } from '../support/terminal.ts'

const MB = 1024 * 1024
const FULL = '='.repeat(55)
const EMPTY = '-'.repeat(55)

/** A stream that keeps what it is given, and a clock that a test moves on. */
function createWorld(columns = 120) {
  let written = ''
  let nowMs = 0
  let look: (() => void) | undefined
  return {
    stream: {
      write: (text: string) => {
        written += text
      },
    },
    columns: () => columns,
    rows: () => 24,
    now: () => nowMs,
    every: (_delayMs: number, callback: () => void) => {
      look = callback
      return () => {
        look = undefined
      }
    },
    written: () => written,
    screen: () => rowsAfter(written, columns),
    passSeconds(seconds: number) {
      for (let passed = 0; passed < seconds; passed += 1) {
        nowMs += 1000
        look?.()
      }
    },
    isLooking: () => look !== undefined,
  }
}

const TERMINAL = { isTerminal: true, showProgressBar: true, term: 'xterm' }
const MODES = [
  ['a terminal', TERMINAL, 'bar'],
  ['a terminal of no name', { ...TERMINAL, term: undefined }, 'bar'],
  ['TERM=dumb', { ...TERMINAL, term: 'dumb' }, 'plain'],
  ['a pipe', { ...TERMINAL, isTerminal: false }, 'plain'],
  ['showProgressBar=false', { ...TERMINAL, showProgressBar: false }, 'silent'],
] as const
for (const [name, setting, mode] of MODES) {
  test(`\`chooseProgressMode()\` is ${mode} for ${name}`, () => {
    assert.equal(chooseProgressMode(setting), mode)
  })
}

test('a bar ends at 100 percent on a line of its own', async () => {
  const world = createWorld()
  const progress = createProgress({ ...world, mode: 'bar' })
  progress.start()
  progress.itemAdded(MB)
  assert.deepEqual(await world.screen(), [`[${EMPTY}] 0.00% tps:0.00 0 B/s 0B/1.00MB 0/1 items ?`])
  progress.bytesArrived(MB)
  progress.itemDone()
  progress.allAdded()
  world.passSeconds(2)
  progress.stop()
  assert.deepEqual(await world.screen(), [
    `[${FULL}] 100.00% tps:0.50 512.00 KB/s 1.00MB/1.00MB 1/1 items 0s`,
    '',
  ])
})

test('a bar that is stopped half-way shows how far it came', async () => {
  const world = createWorld()
  const progress = createProgress({ ...world, mode: 'bar' })
  progress.start()
  progress.itemAdded(4 * MB)
  progress.bytesArrived(MB)
  progress.stop()
  const [line = '', ...rest] = await world.screen()
  assert.match(line, /^\[={13}-{42}\] 25\.00% .* 1\.00MB\/4\.00MB 0\/1 items \?$/)
  assert.deepEqual(rest, [''])
})

test('what happened before a bar started is counted', async () => {
  const world = createWorld()
  const progress = createProgress({ ...world, mode: 'bar' })
  progress.itemAdded(2 * MB)
  progress.bytesFound(MB)
  assert.equal(world.written(), '')
  progress.start()
  progress.stop()
  assert.match((await world.screen())[0] ?? '', / 50\.00% /)
})

test('nothing is drawn for a run without items', async () => {
  for (const mode of ['bar', 'plain', 'silent'] as const) {
    const world = createWorld()
    const progress = createProgress({ ...world, mode })
    progress.start()
    world.passSeconds(60)
    progress.stop()
    assert.equal(world.written(), '')
  }
})

test('nothing is drawn after a bar was stopped', async () => {
  const world = createWorld()
  const progress = createProgress({ ...world, mode: 'bar' })
  progress.start()
  progress.itemAdded(MB)
  progress.stop()
  const written = world.written()
  progress.stop()
  progress.start()
  progress.itemAdded(MB)
  progress.bytesArrived(MB)
  progress.pause()
  progress.resume()
  progress.interrupt(() => {})
  assert.equal(world.written(), written)
})

test('a bar fits a width that changes while it runs', async () => {
  const world = createWorld()
  let columns = 120
  const progress = createProgress({ ...world, mode: 'bar', columns: () => columns })
  progress.start()
  progress.itemAdded(MB)
  columns = 30
  progress.stop()
  assert.equal((await rowsAfter(world.written(), 120))[0], '[--------] 0.00% 0/1 ?')
})

test('a terminal that does not tell its width counts as 80 columns wide', async () => {
  const world = createWorld()
  const progress = createProgress({ ...world, mode: 'bar', columns: () => 0 })
  progress.start()
  progress.itemAdded(MB)
  progress.stop()
  assert.match((await rowsAfter(world.written(), 80))[0] ?? '', /^\[-{15}\] 0\.00% .* \?$/)
})

test('`interrupt()` puts a line above the bar and leaves nothing of the bar in it', async () => {
  const world = createWorld()
  const progress = createProgress({ ...world, mode: 'bar' })
  progress.start()
  progress.itemAdded(MB)
  progress.interrupt(() => world.stream.write('Warn: short\n'))
  const bar = `[${EMPTY}] 0.00% tps:0.00 0 B/s 0B/1.00MB 0/1 items ?`
  assert.deepEqual(await world.screen(), ['Warn: short', bar])
  progress.stop()
  assert.deepEqual(await world.screen(), ['Warn: short', bar, ''])
})

test('`interrupt()` prints where there is no bar: before it, after it, in a pipe, in silence', async () => {
  for (const mode of ['bar', 'plain', 'silent'] as const) {
    const world = createWorld()
    const progress = createProgress({ ...world, mode })
    progress.interrupt(() => world.stream.write('one\n'))
    progress.start()
    progress.interrupt(() => world.stream.write('two\n'))
    progress.stop()
    progress.interrupt(() => world.stream.write('three\n'))
    assert.equal(world.written().replaceAll('\r\u001b[2K \u001b[J\r', ''), 'one\ntwo\nthree\n')
  }
})

test('`pause()` keeps the bar off a question until `resume()`', async () => {
  const world = createWorld()
  const progress = createProgress({ ...world, mode: 'bar' })
  progress.start()
  progress.pause()
  world.stream.write('Sure? ')
  progress.itemAdded(MB)
  progress.bytesArrived(MB)
  assert.equal(world.written(), 'Sure? ')
  progress.interrupt(() => world.stream.write('\nWarn: wait\n'))
  assert.equal(world.written(), 'Sure? \nWarn: wait\n')
  progress.resume()
  assert.match((await world.screen()).at(-1) ?? '', /^\[=+-\] 99\.99% /)
  progress.stop()
})

test('a bar that is stopped during a pause still shows how it ended', async () => {
  const world = createWorld()
  const progress = createProgress({ ...world, mode: 'bar' })
  progress.start()
  progress.itemAdded(MB)
  progress.pause()
  progress.stop()
  assert.deepEqual(await world.screen(), [
    `[${EMPTY}] 0.00% tps:0.00 0 B/s 0B/1.00MB 0/1 items ?`,
    '',
  ])
})

test('plain lines come every ten seconds, and one at the end', async () => {
  const world = createWorld()
  const progress = createProgress({ ...world, mode: 'plain' })
  progress.start()
  progress.itemAdded(100 * MB)
  for (let second = 0; second < 25; second += 1) {
    progress.bytesArrived(MB)
    world.passSeconds(1)
  }
  progress.bytesArrived(75 * MB)
  progress.itemDone()
  progress.allAdded()
  progress.stop()
  assert.equal(
    world.written(),
    `Progress: 10.00% tps:0.00 1.00 MB/s 10.00MB/100.00MB 0/1 items, 1m30s left
Progress: 20.00% tps:0.00 1.00 MB/s 20.00MB/100.00MB 0/1 items, 1m20s left
Progress: 100.00% tps:0.04 4.00 MB/s 100.00MB/100.00MB 1/1 items
`,
  )
  assert.equal(world.isLooking(), false)
})
