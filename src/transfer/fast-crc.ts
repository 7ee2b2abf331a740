import { crc32 } from 'node:zlib'
import { CRC_OF_NOTHING, CRC_RULES, crcTables, type CrcKind } from '../core/crc.ts'
import { CRC_MODULE } from './crc-module.ts'

/**
 * The CRC of bytes whose CRC is known, with those of the chunk after them, in the fastest way there is:
 * CRC-32 by zlib, 4 GB a second, the others by a WebAssembly module of ours, 2.5 GB a second.
 */
export function continueFastCrc(kind: CrcKind, crc: bigint, chunk: Uint8Array): bigint {
  if (kind === 'crc32') return BigInt(crc32(chunk, Number(crc)))
  const module = modules.get(kind) ?? startModule(kind)
  modules.set(kind, module)
  return module(crc, chunk)
}

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

type Continue = (crc: bigint, chunk: Uint8Array) => bigint

/** Each has a memory of its own, with its tables. */
const modules = new Map<CrcKind, Continue>()

/** Where in a module's memory the bytes lie, and how many at a time. */
const inputAt = 64 * 1024
const inputBytes = 256 * 1024

function startModule(kind: CrcKind): Continue {
  const { memory, update } = exportsOf(
    new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(CRC_MODULE, 'base64'))),
  )
  new BigUint64Array(memory.buffer).set(crcTables(kind))
  const input = new Uint8Array(memory.buffer, inputAt, inputBytes)
  const ones = CRC_RULES[kind].bits === 64 ? 0xffff_ffff_ffff_ffffn : 0xffff_ffffn
  return (crc, chunk) => {
    let register = crc ^ ones
    for (let at = 0; at < chunk.length; at += inputBytes) {
      const piece = chunk.subarray(at, at + inputBytes)
      input.set(piece)
      register = BigInt.asUintN(64, update(register, inputAt, inputAt + piece.length))
    }
    return register ^ ones
  }
}

interface CrcExports {
  readonly memory: WebAssembly.Memory
  /** Continues the register over the bytes between two addresses. */
  readonly update: (register: bigint, from: number, to: number) => bigint
}

function exportsOf({ exports }: WebAssembly.Instance): CrcExports {
  const { memory, update } = exports
  if (!(memory instanceof WebAssembly.Memory) || typeof update !== 'function') {
    throw new Error('the CRC module is not what it should be')
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- crc-module.wat says so
  return { memory, update: update as CrcExports['update'] }
}
