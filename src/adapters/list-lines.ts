import { isUtf8 } from 'node:buffer'
import type { FileHandle } from 'node:fs/promises'
import type { ListLine } from '../core/open-record.ts'

/**
 * Reads a list line by line, many at a time. Only a line feed ends a line: names may hold every other
 * separator. A line that is longer than 1 MiB or not UTF-8 is marked as damaged; of the long one only
 * the beginning is given. Memory stays bounded however long a line is.
 */
export async function* readListLines(file: FileHandle): AsyncGenerator<readonly ListLine[]> {
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES)
  const collector = createLineCollector()
  for (;;) {
    const { bytesRead } = await file.read(chunk, 0, CHUNK_BYTES, null)
    if (bytesRead === 0) break
    yield collector.split(chunk.subarray(0, bytesRead))
  }
  yield collector.end()
}

const CHUNK_BYTES = 65_536
const MOST_LINE_BYTES = 1_048_576
/** What is given of a longer line: enough to recognise it. */
const SHOWN_BYTES = 4096
const LINE_FEED = 10
const BYTE_ORDER_MARK = '\uFEFF'

interface LineCollector {
  /** The lines that end in this chunk. */
  split(chunk: Buffer): readonly ListLine[]
  /** The line that no line feed ended, if there is one. */
  end(): readonly ListLine[]
}

function createLineCollector(): LineCollector {
  /** The line that is not complete yet; nothing is added once it is too long. */
  let parts: Buffer[] = []
  let pendingBytes = 0
  let lineNumber = 0

  function keep(piece: Buffer): void {
    if (pendingBytes <= MOST_LINE_BYTES) parts.push(Buffer.from(piece))
    pendingBytes += piece.length
  }

  function takePending(): ListLine {
    const bytes = Buffer.concat(parts)
    const isTooLong = pendingBytes > MOST_LINE_BYTES
    parts = []
    pendingBytes = 0
    const text = toText(isTooLong ? bytes.subarray(0, SHOWN_BYTES) : bytes)
    return { lineNumber, text, isDamaged: isTooLong || !isUtf8(bytes) }
  }

  function toText(bytes: Buffer): string {
    lineNumber += 1
    const text = bytes.toString('utf8')
    // Editors put the mark before a file that they save; it is no part of the first line.
    return lineNumber === 1 && text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text
  }

  return {
    split(chunk) {
      const lines: ListLine[] = []
      let start = 0
      if (pendingBytes > 0) {
        const end = chunk.indexOf(LINE_FEED)
        keep(end === -1 ? chunk : chunk.subarray(0, end))
        if (end === -1) return lines
        lines.push(takePending())
        start = end + 1
      }
      const stop = chunk.lastIndexOf(LINE_FEED)
      // Asked once for all: line feeds never stand inside a character.
      const isSound = isUtf8(chunk.subarray(start, Math.max(start, stop)))
      while (start <= stop) {
        const end = chunk.indexOf(LINE_FEED, start)
        const bytes = chunk.subarray(start, end)
        lines.push({ text: toText(bytes), lineNumber, isDamaged: !isSound && !isUtf8(bytes) })
        start = end + 1
      }
      if (start < chunk.length) keep(chunk.subarray(start))
      return lines
    },
    end: () => (pendingBytes === 0 ? [] : [takePending()]),
  }
}
