/** Writes objects, one a line (JSON Lines, jsonlines.org). */
export interface JsonLines {
  /** Lines of one turn of the event loop go out together. */
  write(value: unknown): void
  /** Writes at once what waits. */
  flush(): void
}

/** Characters that wait at most: a run may end thousands of items in one turn. */
const mostWaiting = 65_536

/** Lines stay in their order; what is `undefined` in an object is left out. */
export function createJsonLines(stream: { write(text: string): unknown }): JsonLines {
  let waiting = ''
  let isDue = false
  const flush = () => {
    isDue = false
    if (waiting === '') return
    const text = waiting
    waiting = ''
    stream.write(text)
  }
  return {
    write(value) {
      waiting += `${JSON.stringify(value)}\n`
      if (waiting.length > mostWaiting) return flush()
      if (isDue) return
      isDue = true
      setImmediate(flush)
    },
    flush,
  }
}
