/** Frames on a terminal that is made larger and smaller all the while. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createProgressScreen } from '../../src/cli/progress-screen.ts'
import { createTerminal, type Narrowing } from '../support/terminal.ts'

/** A screen on a terminal of this size; `size` is what the drawing side believes. */
function createWorld(columns: number, rows: number, narrowing: Narrowing = 'wraps') {
  const size = { columns, rows }
  const terminal = createTerminal(columns, rows, narrowing)
  const writes: string[] = []
  const screen = createProgressScreen({
    stream: { write: (text) => writes.push(text) },
    columns: () => size.columns,
    rows: () => size.rows,
  })
  return {
    screen,
    terminal,
    size,
    writes,
    print: (text: string) => void writes.push(text),
    /** Lets the terminal have what was written so far. */
    arrive: () => terminal.write(writes.splice(0).join('')),
  }
}

/** Lines that fill the width up to the last column. */
function frameOf(count: number, columns: number): string[] {
  return Array.from({ length: count }, (_, index) => String(index).repeat(columns - 1))
}

test('a frame is one write, and stands in place of the one before', async () => {
  const { screen, writes, terminal, arrive } = createWorld(40, 10)
  screen.draw(['[==--]', 'first object', 'second'])
  assert.equal(writes.length, 1)
  await arrive()
  screen.draw(['[===-]', 'second'])
  assert.equal(writes.length, 1)
  await arrive()
  assert.deepEqual(terminal.rows(), ['[===-]', 'second'])
  assert.deepEqual(terminal.cursor(), { column: 0, row: 0 })
})

test('what has not changed is not written again, unless the terminal has', () => {
  const { screen, writes, size } = createWorld(40, 10)
  screen.draw(['[==--]'])
  screen.draw(['[==--]'])
  assert.equal(writes.length, 1)
  size.rows = 9
  screen.draw(['[==--]'])
  assert.equal(writes.length, 2)
})

test('what is printed between `hide()` and `show()` is above the frame', async () => {
  const { screen, print, terminal, arrive } = createWorld(40, 4)
  screen.draw(['[==--]', 'object'])
  for (const warning of ['one', 'two', 'three']) {
    screen.hide()
    screen.draw(['[===-]', 'object'])
    print(`${warning}\n`)
    screen.show()
  }
  await arrive()
  assert.deepEqual(terminal.rows(), ['one', 'two', 'three', '[===-]', 'object'])
})

test('`leave()` goes to a new line below the last one', async () => {
  const { screen, print, terminal, arrive } = createWorld(40, 4)
  screen.draw(['[==--]', 'object', 'object'])
  screen.draw(['[====]'])
  screen.leave()
  print('after\n')
  await arrive()
  assert.deepEqual(terminal.rows(), ['[====]', 'after', ''])
})

test('a frame that was drawn for a wider terminal does not wrap', async () => {
  const { screen, terminal, arrive } = createWorld(80, 10)
  terminal.resize(20, 10)
  screen.draw(frameOf(3, 80))
  screen.draw(['[===-]', 'object'])
  await arrive()
  assert.deepEqual(terminal.rows(), ['[===-]', 'object'])
})

test('a screen is never erased from its corner: tmux would keep all that was on it', () => {
  const { screen, writes, size } = createWorld(80, 24)
  screen.draw(['[==--]', 'object'])
  size.columns = 40
  screen.draw(['[==--]', 'object'])
  screen.draw(['[==--]'])
  screen.hide()
  assert.equal(writes.length, 4)
  for (const before of writes.flatMap((text) => text.split(ERASE_BELOW).slice(0, -1))) {
    assert.match(before.replaceAll(COMMANDS, ''), /[^\r\n]$/)
  }
})

const ERASE_BELOW = '\u001B[J'
const COMMANDS = new RegExp(String.raw`\u001B\[[?\d]*[A-Za-z]`, 'g')

const columns = fc.integer({ min: 4, max: 200 })
const rows = fc.integer({ min: 20, max: 50 })
const steps = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constantFrom('draw', 'print') }),
    // Late: what was drawn for the old size comes to the terminal when it has the new one.
    fc.record({ kind: fc.constantFrom('resize', 'resize late'), columns, rows }),
  ),
  { maxLength: 15 },
)

interface Step {
  readonly kind: string
  readonly columns?: number
  readonly rows?: number
}

/** Draws, prints and resizes, and holds what the terminal has in the end against what was printed. */
async function takeSteps(taken: readonly Step[], narrowing: Narrowing): Promise<void> {
  const world = createWorld(80, 24, narrowing)
  const { screen, size, terminal } = world
  const printed: string[] = []
  const draw = () => screen.draw(frameOf(1 + Math.floor(size.rows / 6), size.columns))
  draw()
  for (const [index, step] of taken.entries()) {
    if (step.kind === 'draw') draw()
    if (step.kind === 'print') {
      screen.hide()
      world.print(`${index}\n`)
      printed.push(`${index}`)
      screen.show()
    }
    if (step.columns !== undefined && step.rows !== undefined) {
      if (step.kind === 'resize') await world.arrive()
      // Narrower by more than a half at once, old frames would be taller than the screen.
      const wanted = Math.max(step.columns, Math.ceil(size.columns / 2))
      // What this terminal has cut off would come back if it were made wider, as on no real one.
      size.columns = narrowing === 'cuts' ? Math.min(wanted, size.columns) : wanted
      size.rows = step.rows
      terminal.resize(size.columns, size.rows)
    }
    await world.arrive()
  }
  screen.draw(['end'])
  screen.leave()
  await world.arrive()
  assert.deepEqual(terminal.rows(), [...printed, 'end', ''])
}

for (const narrowing of ['wraps', 'cuts'] as const) {
  test(`nothing is left of old frames where a terminal ${narrowing} what is too long for it`, async () => {
    await fc.assert(fc.asyncProperty(steps, (taken) => takeSteps(taken, narrowing)))
  })
}
