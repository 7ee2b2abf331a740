import { rangeLength } from '../core/byte-range.ts'
import type { Check } from '../core/checks.ts'
import { isCrc, type ChecksumKind } from '../core/checksums.ts'
import { combineCrcs } from '../core/crc-combine.ts'
import type { CrcKind } from '../core/crc.ts'
import type { Part } from '../core/part-plan.ts'
import type { ProvenRange } from '../core/part-record.ts'
import type { FileSummer } from '../core/file-sum-ports.ts'
import type { TempFile } from '../core/ports.ts'
import { crcToHex, startDigests } from './digests.ts'
import { continueCrcs, crcsOfNothing } from './fast-crc.ts'
import type { PartsHashes } from './parts-hashes.ts'

/** A range whose bytes are there, with those of its CRCs that the checks of the whole need. */
export interface SummedRange extends ProvenRange {
  readonly crcOf: (kind: CrcKind) => bigint
}

/** The sums of a part that is on its way. */
export interface PartSums {
  /** Adds the next bytes, in order; they count once what is returned is called. */
  add(chunk: Uint8Array): () => void
  /** What of the part there is. */
  soFar(): SummedRange
}

/** Starts the sums of a part: its CRC-32, for the part record, and what the checks need. */
export function startSums(part: Part, checks: readonly Check[]): PartSums {
  let crcs = crcsOfNothing(crcsFor(checks))
  let end = part.start
  return {
    add(chunk) {
      // What was added and never counted was not written, and comes again.
      const more = continueCrcs(crcs, chunk)
      return () => {
        crcs = more
        end += chunk.length
      }
    },
    soFar: () => summed({ ...part, end }, crcs),
  }
}

function crcsFor(checks: readonly Check[]): CrcKind[] {
  return [...new Set(['crc32', ...checks.map(({ kind }) => kind).filter(isCrc)] as const)]
}

function summed({ part, start, end }: Part, crcs: ReadonlyMap<CrcKind, bigint>): SummedRange {
  const crcOf = (kind: CrcKind) => {
    const crc = crcs.get(kind)
    if (crc === undefined) throw new Error(`no ${kind} of a part was started`)
    return crc
  }
  return { part, start, end, crc32: Number(crcOf('crc32')), crcOf }
}

export interface OnDisk {
  readonly temp: TempFile
  readonly checks: readonly Check[]
  readonly summer: FileSummer
  readonly signal: AbortSignal
}

/**
 * The sums of a part as it stands on disk, computed in another thread; undefined where the file is
 * shorter. Rejects as `temp.read` does.
 */
export async function sumOnDisk(part: Part, file: OnDisk): Promise<SummedRange | undefined> {
  const { temp, checks, summer, signal } = file
  try {
    const crcs = await summer.sum({ temp, range: part, crcs: crcsFor(checks) }, signal)
    return crcs && summed(part, crcs)
  } catch {
    // If the disk is to blame, reading it here says so in the right words.
    signal.throwIfAborted()
  }
  const sums = startSums(part, checks)
  const readBytes = await temp.read(part, (chunk) => sums.add(chunk)(), signal)
  return readBytes === rangeLength(part) ? sums.soFar() : undefined
}

interface PartsFile {
  readonly temp: TempFile
  readonly sizeBytes: number
  /** In any order; they tile the file. */
  readonly ranges: readonly SummedRange[]
  /** Hashes that were computed beside the download. */
  readonly hashes?: PartsHashes
}

/**
 * Checksums of a file that came in parts, out of order, in lower-case hex. CRCs are combined from
 * those of the parts; a hash cannot be, so where none was computed beside the download, the file is read
 * again for it, once however often it is asked for.
 */
export function createPartsDigests(
  file: PartsFile,
  signal: AbortSignal,
): (kind: ChecksumKind) => string | Promise<string> {
  const hashed = new Map<ChecksumKind, Promise<string>>()
  return (kind) => {
    if (isCrc(kind)) return crcToHex(kind, crcOfWhole(kind, file))
    const hash = hashed.get(kind) ?? hashWhole(kind, file, signal)
    hashed.set(kind, hash)
    return hash
  }
}

function crcOfWhole(kind: CrcKind, { ranges, sizeBytes }: PartsFile): bigint {
  const inOrder = ranges.toSorted((left, right) => left.start - right.start)
  let position = 0
  for (const { start, end } of inOrder) {
    if (start !== position) throw new Error(`the parts do not meet at byte ${position}`)
    position = end
  }
  if (position !== sizeBytes) throw new Error(`the parts end at byte ${position} of ${sizeBytes}`)
  return combineCrcs(
    kind,
    inOrder.map((range) => ({ crc: range.crcOf(kind), lengthBytes: rangeLength(range) })),
  )
}

async function hashWhole(
  kind: ChecksumKind,
  { temp, sizeBytes, hashes }: PartsFile,
  signal: AbortSignal,
): Promise<string> {
  try {
    const hex = await hashes?.hexOf(kind, sizeBytes, signal)
    if (hex !== undefined) return hex
  } catch {
    // If the disk is to blame, reading it here says so in the right words.
    signal.throwIfAborted()
  }
  const digests = startDigests([kind])
  await temp.read({ start: 0, end: sizeBytes }, (chunk) => digests.update(chunk), signal)
  return digests.hexOf(kind)
}
