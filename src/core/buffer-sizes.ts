/**
 * What a run's connections may read at a time, all together, in bytes. Each has as much memory again, to read
 * into while what came before is being written.
 */
const budgetBytes = 64 * 1024 * 1024
/** Larger reads than this gain nothing. */
const usualBytes = 2 * 1024 * 1024
/**
 * The longest head of an answer must fit, and a smaller read costs more than it moves. Memory that WebAssembly
 * shares is had in pages of this size.
 */
const leastReadBytes = 64 * 1024
/** The official tool writes this into every configuration file; it is not somebody's choice. */
const officialBytes = 8192

export interface ReadBufferNeeds {
  /** `readBufferIoSize`, in bytes. */
  readonly configuredBytes: number
  /** Connections that may be open at once. */
  readonly connections: number
  /** `rateLimitThreshold`, in bytes a second; 0: none. */
  readonly rateBytesPerSecond: number
}

/** What all connections read at once is a burst: under a rate limit no more than may come in so long. */
const burstSeconds = 0.05

/**
 * How many bytes a connection reads at a time, at the most: as configured, or 2 MiB where the key has
 * the official tool's own value; less where there are so many connections that together they would
 * take more than 64 MiB, or, under a rate limit, than 50 ms bring, but never below 64 KiB.
 */
export function readBufferBytes(needs: ReadBufferNeeds): number {
  const { configuredBytes, connections, rateBytesPerSecond } = needs
  const wanted = configuredBytes === officialBytes ? usualBytes : configuredBytes
  const burstBytes = rateBytesPerSecond === 0 ? budgetBytes : rateBytesPerSecond * burstSeconds
  const share = Math.min(budgetBytes, burstBytes) / Math.max(1, connections)
  const wholePages = Math.floor(share / leastReadBytes) * leastReadBytes
  return Math.max(leastReadBytes, Math.min(wanted, wholePages))
}

/** What the official tool writes into every configuration file for `writeBufferIoSize`. */
const officialWriteBytes = 65_536
const usualPieceBytes = 32 * 1024

/**
 * How many bytes of a body are joined before they are written: as `writeBufferIoSize` has it, or, where
 * that key has the official tool's own value, half of what a connection reads at the most: enough to be
 * worth handing to another thread, while as much again can still come.
 */
export function gatheredBytes(configuredBytes: number, readBytes: number): number {
  if (configuredBytes !== officialWriteBytes) return configuredBytes
  return Math.max(officialWriteBytes, readBytes / 2)
}

/**
 * How many bytes one call writes to a local disk at the most: as `writeBufferIoSize` has it, or 32 KiB
 * where that key has the official tool's own value. Linux takes memory for a write in one piece if it
 * can, and pieces of more than 32 KiB from where memory lies that was not used for long. A virtual
 * machine may have given that back, and gets it again page by page, at up to ten times the price of the
 * writing itself. Where that is not so, larger pieces would save 0.1 s a GiB.
 */
export function writePieceBytes(configuredBytes: number): number {
  return configuredBytes === officialWriteBytes ? usualPieceBytes : configuredBytes
}
