import { CRC_RULES, type CrcKind } from '../core/crc.ts'
import { CRC_FOLD_MODULE } from './crc-fold-module.ts'
import { foldMemory, type FoldMemory } from './fold-memory.ts'
import { ifWebAssemblyCan } from './if-webassembly-can.ts'

/**
 * Bytes, some kilobytes, that leave from a register of 0 the remainder that the chunk leaves from this one. They
 * hold until the next call.
 */
export type CrcFold = (register: bigint, chunk: Uint8Array) => Uint8Array

/** What a polynomial's multiple is about; the module adds up blocks of this size. */
const blockBytes = 16
/** What the module works off in one step. */
const stepBytes = 4 * blockBytes
/** So much at a time stays in a processor's second cache, beside what it is made of. */
const pieceBytes = 64 * 1024

/** Shorter chunks are not worth it, and none that is shorter than what is left of it may be folded. */
export function foldsFromBytes(kind: CrcKind): number {
  return 4 * CRC_RULES[kind].lags[0] * blockBytes
}

/**
 * Makes chunks shorter, CRC-32 at 15 GB a second and the others at 8, or at 7 and 5 where they do not lie in
 * the fold's memory.
 *
 * @returns `undefined` where the processor adds up no sixteen bytes at a time, or memory cannot be had
 */
export function startCrcFold(kind: CrcKind): CrcFold | undefined {
  const there = foldMemory()
  const module = there && startModule(there)
  if (there === undefined || module === undefined) return undefined
  const { lags } = CRC_RULES[kind]
  const keptBytes = lags[0] * blockBytes
  // What was kept of the piece before, the piece, and what is left in the end.
  const work = there.take(keptBytes + pieceBytes + keptBytes + stepBytes)
  const copies = there.take(pieceBytes)
  if (work === undefined || copies === undefined) return undefined

  const fold = lags.length === 4 ? module.fold4 : module.fold7
  const keptAt = work.byteOffset
  const pieceAt = keptAt + keptBytes
  const takenIn = lags.map((lag) => pieceAt - lag * blockBytes)
  /** Where a part of a chunk lies in the memory, be it as a copy. */
  const place = (part: Uint8Array): number => {
    const at = there.placeOf(part)
    if (at === undefined) copies.set(part)
    return at ?? copies.byteOffset
  }

  return (register, chunk) => {
    const foldedBytes = chunk.length - keptBytes - ((chunk.length - keptBytes) % stepBytes)
    let end = pieceAt
    module.clear(keptAt, keptBytes)
    // Only the first block of all takes this one in.
    work.writeBigUInt64LE(register)
    for (let at = 0; at < foldedBytes; at += pieceBytes) {
      if (at > 0) module.copy(end - keptBytes, keptAt, keptBytes)
      const part = chunk.subarray(at, Math.min(at + pieceBytes, foldedBytes))
      end = pieceAt + part.length
      fold(place(part), pieceAt, end, ...takenIn)
    }
    // What is left: the end of the chunk, and what the last blocks before it add to it.
    const rest = chunk.subarray(foldedBytes)
    module.copy(place(rest), end, rest.length)
    for (const lag of lags) module.add(end - lag * blockBytes, end, end + lag * blockBytes)
    return work.subarray(end - keptAt, end - keptAt + rest.length)
  }
}

interface FoldExports {
  readonly fold4: (from: number, at: number, to: number, ...takenIn: readonly number[]) => void
  readonly fold7: (from: number, at: number, to: number, ...takenIn: readonly number[]) => void
  readonly add: (from: number, at: number, to: number) => void
  readonly copy: (from: number, at: number, lengthBytes: number) => void
  readonly clear: (at: number, lengthBytes: number) => void
}

function startModule({ memory }: FoldMemory): FoldExports | undefined {
  const compiled = ifWebAssemblyCan(
    () => new WebAssembly.Module(Buffer.from(CRC_FOLD_MODULE, 'base64')),
  )
  if (compiled === undefined) return undefined
  const { exports } = new WebAssembly.Instance(compiled, { fold: { memory } })
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- crc-fold-module.wat says so
  return exports as unknown as FoldExports
}
