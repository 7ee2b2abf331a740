/** A cyclic redundancy check that a store may send of an object. */
export type CrcKind = 'crc32' | 'crc32c' | 'crc64ecma' | 'crc64nvme'

interface CrcRule {
  readonly bits: 32 | 64
  /** Bit-reversed: its highest bit is the factor of x to the power of 0. */
  readonly polynomial: bigint
}

/**
 * All of them read the lowest bit of a byte first, start from ones, and are inverted at the end:
 * CRC-32 (RFC 1952, 8), CRC-32C (RFC 3720, B.4), and, of 64 bits, those called XZ and NVME in the
 * catalogue of CRC algorithms. The stores' `crc64ecma` is XZ: the polynomial is ECMA-182's.
 */
export const CRC_RULES: Readonly<Record<CrcKind, CrcRule>> = {
  crc32: { bits: 32, polynomial: 0xed_b8_83_20n },
  crc32c: { bits: 32, polynomial: 0x82_f6_3b_78n },
  crc64ecma: { bits: 64, polynomial: 0xc9_6c_57_95_d7_87_0f_42n },
  crc64nvme: { bits: 64, polynomial: 0x9a_6c_93_29_ac_4b_c9_b5n },
}

/** A CRC over bytes that come piece by piece. */
export interface RunningCrc {
  update(chunk: Uint8Array): void
  /** The CRC of the bytes so far. */
  value(): bigint
}

/** A CRC of no bytes yet. */
export function startCrc(kind: CrcKind): RunningCrc {
  const { bits } = CRC_RULES[kind]
  const tables = tablesOf(kind)
  const highOnes = bits === 64 ? -1 : 0
  const state: CrcState = { high: highOnes, low: -1 }
  return {
    update: (chunk) => addBytes(tables, state, chunk),
    value() {
      const { high, low } = state
      return (BigInt((high ^ highOnes) >>> 0) << 32n) | BigInt(~low >>> 0)
    },
  }
}

/** A register of 64 bits in two halves, since a number takes no more than 32 for `^` and `>>>`. */
interface CrcState {
  high: number
  low: number
}

/** How many bytes are worked off in one step, each with a table of its own. */
const stride = 8

/** What a byte does to the register, by how many bytes of the step come after it. */
interface CrcTables {
  readonly high: Int32Array
  readonly low: Int32Array
}

const madeTables = new Map<CrcKind, CrcTables>()

function tablesOf(kind: CrcKind): CrcTables {
  const tables = madeTables.get(kind) ?? makeTables(CRC_RULES[kind].polynomial)
  madeTables.set(kind, tables)
  return tables
}

function makeTables(polynomial: bigint): CrcTables {
  const entries = new BigUint64Array(256 * stride)
  for (let byte = 0; byte < 256; byte += 1) {
    let entry = BigInt(byte)
    for (let bit = 0; bit < 8; bit += 1) {
      entry = (entry >> 1n) ^ (entry & 1n ? polynomial : 0n)
    }
    entries[byte] = entry
  }
  for (let at = 256; at < entries.length; at += 1) {
    // One more byte, of zeros, comes after.
    const before = entries[at - 256] ?? 0n
    entries[at] = (before >> 8n) ^ (entries[Number(before & 0xffn)] ?? 0n)
  }
  return {
    high: Int32Array.from(entries, (entry) => Number(entry >> 32n)),
    low: Int32Array.from(entries, (entry) => Number(entry & 0xff_ff_ff_ffn)),
  }
}

/**
 * Adds eight bytes at a time by eight tables, so that the look-ups do not wait for each other: about
 * 1 GB a second on one core.
 */
function addBytes(tables: CrcTables, state: CrcState, chunk: Uint8Array): void {
  const view = new DataView(chunk.buffer, chunk.byteOffset, chunk.length)
  const { high: highs, low: lows } = tables
  let { high, low } = state
  let at = 0
  for (const last = chunk.length - stride; at <= last; at += stride) {
    const first = low ^ view.getInt32(at, true)
    const second = high ^ view.getInt32(at + 4, true)
    low = look(lows, first, second)
    high = look(highs, first, second)
  }
  for (; at < chunk.length; at += 1) {
    const entry = (low ^ (chunk[at] ?? 0)) & 0xff
    low = ((low >>> 8) | (high << 24)) ^ entryAt(lows, entry)
    high = (high >>> 8) ^ entryAt(highs, entry)
  }
  state.high = high
  state.low = low
}

/** What eight bytes in two words do to one half of the register. */
function look(table: Int32Array, first: number, second: number): number {
  return (
    entryAt(table, 7 * 256 + (first & 0xff)) ^
    entryAt(table, 6 * 256 + ((first >>> 8) & 0xff)) ^
    entryAt(table, 5 * 256 + ((first >>> 16) & 0xff)) ^
    entryAt(table, 4 * 256 + (first >>> 24)) ^
    entryAt(table, 3 * 256 + (second & 0xff)) ^
    entryAt(table, 2 * 256 + ((second >>> 8) & 0xff)) ^
    entryAt(table, 256 + ((second >>> 16) & 0xff)) ^
    entryAt(table, second >>> 24)
  )
}

function entryAt(table: Int32Array, at: number): number {
  return table[at] ?? 0
}
