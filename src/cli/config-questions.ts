import { createInterface } from 'node:readline'
import { Writable, type Readable } from 'node:stream'

/** A question, as it is shown, and whether its answer may be seen while it is typed. */
export interface Question {
  readonly text: string
  readonly answer: 'shown' | 'hidden'
}

/** The answers in the order of the questions, or why there are none. */
export type Answers = readonly string[] | 'ended' | 'interrupted'

interface Streams {
  readonly input: Readable & { readonly isTTY?: boolean; unref?(): unknown }
  readonly output: Writable & { readonly isTTY?: boolean; readonly columns?: number }
}

/**
 * Puts questions one after the other, each on a line of its own, and reads a line for each, without
 * the blanks around it. All answers may be there from the beginning. On a terminal a hidden answer
 * is not echoed, nor is it kept in the line editor's history; Ctrl+C interrupts.
 */
export function askInTurn(
  questions: readonly Question[],
  { input, output }: Streams,
): Promise<Answers> {
  const isTerminal = input.isTTY === true
  const answers: string[] = []
  const current = () => questions[answers.length]
  // What is typed for the terminal must not end up in a file that the questions are sent to.
  const echo = createEcho(output, () => output.isTTY === true && current()?.answer === 'shown')
  // The terminal stops to echo here, before the first question shows that it may be answered.
  const reader = createInterface({
    input,
    ...(isTerminal && { output: echo }),
    terminal: isTerminal,
    historySize: 0,
    prompt: '',
  })

  return new Promise((resolve) => {
    let wasInterrupted = false
    const put = () => {
      const next = current()
      if (next === undefined) reader.close()
      else output.write(`${next.text}\n`)
    }
    // Lines that came together are told apart here and now, so that each is hidden or shown as its
    // question says, not as the first one's does.
    reader.on('line', (line) => {
      const answered = current()
      if (answered === undefined) return
      if (isTerminal && answered.answer === 'hidden') output.write('\n')
      answers.push(line.trim())
      put()
    })
    reader.on('SIGINT', () => {
      wasInterrupted = true
      reader.close()
    })
    reader.on('close', () => {
      // A pipe that stays open would keep the process waiting for more.
      input.unref?.()
      // What was typed last stands without an end of line.
      if (isTerminal && current() !== undefined) output.write('\n')
      if (wasInterrupted) resolve('interrupted')
      else resolve(answers.length < questions.length ? 'ended' : answers)
    })
    put()
  })
}

/** The line editor writes here; it looks at the width to know where a long line wraps. */
function createEcho(output: Streams['output'], mayShow: () => boolean): Writable {
  const echo = new Writable({
    write(chunk, _encoding, done) {
      if (mayShow()) output.write(chunk)
      done()
    },
  })
  return Object.assign(echo, { columns: output.columns ?? USUAL_COLUMNS })
}

const USUAL_COLUMNS = 80
