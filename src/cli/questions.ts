import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import type { Item } from '../core/item.ts'

export interface Questions {
  /**
   * Puts the question of the manual and waits for a line: `y` or an empty one is yes, anything else
   * no. At the end of the input, and after `close`, the answer is no.
   */
  ask(item: Item): Promise<boolean>
  close(): void
}

/**
 * Asks on one stream and reads the answers from another, which is not touched before the first
 * question. All answers come through one reader, so that each question gets its own also when they
 * were piped in all at once.
 */
export function createQuestions(openInput: () => Readable, output: Writable): Questions {
  const answers: string[] = []
  let reader: ReturnType<typeof createInterface> | undefined
  let ended = false
  let wake: (() => void) | undefined

  const end = () => {
    ended = true
    wake?.()
  }
  const startReading = () => {
    const input = openInput()
    reader = createInterface({ input })
    reader.on('line', (line) => {
      answers.push(line)
      wake?.()
    })
    reader.on('close', end)
  }
  const nextAnswer = async () => {
    while (answers.length === 0 && !ended) {
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
    return answers.shift()
  }
  return {
    async ask(item) {
      if (reader === undefined && !ended) startReading()
      if (ended && answers.length === 0) return false
      output.write(
        `Do you want download key [${item.key}] in the bucket [${item.bucket}] to [${item.destination}] ? Please input (y/n) to confirm:\n`,
      )
      const answer = await nextAnswer()
      return answer !== undefined && ['', 'y'].includes(answer.trim().toLowerCase())
    },
    close() {
      reader?.close()
      end()
    },
  }
}
