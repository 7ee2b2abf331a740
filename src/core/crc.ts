/** A cyclic redundancy check that a store may send of an object. */
export type CrcKind = 'crc32' | 'crc32c' | 'crc64ecma' | 'crc64nvme'

interface CrcRule {
  readonly bits: 32 | 64
  /** Bit-reversed: its highest bit is the factor of x to the power of 0. */
  readonly polynomial: bigint
  /**
   * A multiple of the polynomial with five terms or eight, as the distances of its first term from each
   * other, the furthest first. Of all that there are, one whose terms lie close together, yet four apart from
   * the first: `crc-fold.ts` keeps as many blocks as the furthest says.
   */
  readonly lags: CrcLags
}

type CrcLags =
  | readonly [number, number, number, number]
  | readonly [number, number, number, number, number, number, number]

/**
 * All of them read the lowest bit of a byte first, start from ones, and are inverted at the end:
 * CRC-32 (RFC 1952, 8), CRC-32C (RFC 3720, B.4), and, of 64 bits, those called XZ and NVME in the
 * catalogue of CRC algorithms. The stores' `crc64ecma` is XZ: the polynomial is ECMA-182's.
 */
export const CRC_RULES: Readonly<Record<CrcKind, CrcRule>> = {
  crc32: { bits: 32, polynomial: 0xed_b8_83_20n, lags: [300, 211, 183, 145] },
  crc32c: { bits: 32, polynomial: 0x82_f6_3b_78n, lags: [101, 62, 56, 47, 44, 43, 4] },
  crc64ecma: {
    bits: 64,
    polynomial: 0xc9_6c_57_95_d7_87_0f_42n,
    lags: [1929, 1855, 1790, 1437, 1326, 809, 736],
  },
  crc64nvme: {
    bits: 64,
    polynomial: 0x9a_6c_93_29_ac_4b_c9_b5n,
    lags: [1740, 1645, 1607, 1598, 1172, 979, 280],
  },
}

/** The CRC of no bytes. */
export const CRC_OF_NOTHING = 0n

/** The CRC of bytes whose CRC is known, with those of the chunk after them. */
export type CrcRun = (crc: bigint, chunk: Uint8Array) => bigint

/** What a register begins with, and what its content is inverted with. */
export function crcOnes(kind: CrcKind): bigint {
  return CRC_RULES[kind].bits === 64 ? 0xffff_ffff_ffff_ffffn : 0xffff_ffffn
}

/** How many bytes are worked off in one step, each with a table of its own. */
const stride = 16

/**
 * What a byte does to the register: 256 entries for the last byte of a step, then those for the one before
 * it, and so on. By so many tables the look-ups of a step do not wait for each other.
 */
export function crcTables(kind: CrcKind): BigUint64Array {
  const { polynomial } = CRC_RULES[kind]
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
  return entries
}
