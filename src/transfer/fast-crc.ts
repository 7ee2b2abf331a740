import { crc32 } from 'node:zlib'
import { startCrcByBytes } from '../core/crc-by-bytes.ts'
import { CRC_OF_NOTHING, crcOnes, type CrcKind, type CrcRun } from '../core/crc.ts'
import { startCrcModule } from './crc-by-module.ts'
import { foldsFromBytes, startCrcFold, type CrcFold } from './crc-fold.ts'

/**
 * The CRC of bytes whose CRC is known, with those of the chunk after them, in the fastest way there is: a long
 * chunk is folded to a short one, of which CRC-32 is computed by zlib, the others by a module of ours.
 */
export function continueFastCrc(kind: CrcKind, crc: bigint, chunk: Uint8Array): bigint {
  if (chunk.length < foldsFromBytes(kind)) return continueUnfolded(kind, crc, chunk)
  if (!folds.has(kind)) folds.set(kind, startCrcFold(kind))
  const shorten = folds.get(kind)
  if (shorten === undefined) return continueUnfolded(kind, crc, chunk)
  const ones = crcOnes(kind)
  return continueUnfolded(kind, ones, shorten(crc ^ ones, chunk))
}

const folds = new Map<CrcKind, CrcFold | undefined>()

function continueUnfolded(kind: CrcKind, crc: bigint, chunk: Uint8Array): bigint {
  if (kind === 'crc32') return BigInt(crc32(chunk, Number(crc)))
  const run = unfolded.get(kind) ?? startCrcModule(kind) ?? startCrcByBytes(kind)
  unfolded.set(kind, run)
  return run(crc, chunk)
}

const unfolded = new Map<CrcKind, CrcRun>()

/** CRCs by their kinds. */
export type Crcs = ReadonlyMap<CrcKind, bigint>

/** Those of no bytes; a kind that is named twice is computed once. */
export function crcsOfNothing(kinds: Iterable<CrcKind>): Crcs {
  return new Map(Array.from(kinds, (kind) => [kind, CRC_OF_NOTHING]))
}

/** Those of the bytes and the chunk behind them. */
export function continueCrcs(crcs: Crcs, chunk: Uint8Array): Crcs {
  const more = new Map<CrcKind, bigint>()
  for (const [kind, crc] of crcs) more.set(kind, continueFastCrc(kind, crc, chunk))
  return more
}
