/** Takes a chunked body apart as it comes. */
export interface ChunkedBody {
  /**
   * Takes the next bytes of the connection. Returns how many of them belong to the body; fewer than
   * were given means that it has ended. Throws an `Error` for what RFC 9112, 7.1 does not allow.
   */
  push(bytes: Uint8Array): number
  readonly hasEnded: boolean
}

/** A line with a chunk's size, or a trailer, may be so long. */
const longestLine = 8192

/**
 * Reads a chunked body (RFC 9112, 7.1). Its content goes to `take`, in order, in views of what was
 * pushed; extensions and trailers are skipped.
 */
export function createChunkedBody(take: (content: Uint8Array) => void): ChunkedBody {
  let state: 'size' | 'content' | 'after-content' | 'trailer' | 'ended' = 'size'
  let line = ''
  let missing = 0

  /** Completes a line of the framing; returns it without its end, or undefined while it lacks one. */
  const completeLine = (byte: number): string | undefined => {
    line += String.fromCharCode(byte)
    if (line.length > longestLine) throw new Error('The chunked body has a line without end')
    if (byte !== LINE_FEED) return undefined
    if (!line.endsWith('\r\n')) throw new Error('The chunked body has a malformed line')
    const complete = line.slice(0, -2)
    line = ''
    return complete
  }
  const takeLine = (text: string) => {
    switch (state) {
      case 'size':
        missing = chunkSize(text)
        state = missing === 0 ? 'trailer' : 'content'
        return
      case 'after-content':
        if (text !== '') throw new Error('The chunked body has a chunk of the wrong size')
        state = 'size'
        return
      case 'trailer':
        if (text === '') state = 'ended'
        return
      case 'content':
      case 'ended':
    }
  }
  return {
    push(bytes) {
      let at = 0
      while (at < bytes.length && state !== 'ended') {
        if (state === 'content') {
          const content = bytes.subarray(at, at + missing)
          take(content)
          at += content.length
          missing -= content.length
          if (missing === 0) state = 'after-content'
        } else {
          const complete = completeLine(bytes[at] ?? 0)
          at += 1
          if (complete !== undefined) takeLine(complete)
        }
      }
      return at
    },
    get hasEnded() {
      return state === 'ended'
    },
  }
}

const LINE_FEED = 0x0a

function chunkSize(line: string): number {
  const size = /^([0-9A-Fa-f]{1,12})[ \t]*(?:;.*)?$/.exec(line)
  if (size === null) throw new Error('The chunked body has a chunk without a size')
  return Number.parseInt(size[1] ?? '', 16)
}
