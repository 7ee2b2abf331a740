import { CRC_RULES, type CrcKind } from './crc.ts'

/** The CRC of some bytes, and how many they are. */
export interface CrcPiece {
  readonly crc: bigint
  readonly lengthBytes: number
}

/**
 * The CRC of pieces one after the other, of their CRCs alone; of none it is that of no bytes. Bytes
 * that follow multiply a CRC, which is a polynomial over GF(2), by x to the power of their bits, and
 * then theirs is added. The powers are found once for each length, for most parts have the same one.
 */
export function combineCrcs(kind: CrcKind, pieces: Iterable<CrcPiece>): bigint {
  const shifts = new Map<number, bigint>()
  let combined = 0n
  for (const { crc, lengthBytes } of pieces) {
    const shift = shifts.get(lengthBytes) ?? powerOfX(kind, BigInt(lengthBytes) * 8n)
    shifts.set(lengthBytes, shift)
    combined = multiply(kind, shift, combined) ^ crc
  }
  return combined
}

/** x to the power, modulo the CRC's polynomial, by squaring. */
function powerOfX(kind: CrcKind, exponent: bigint): bigint {
  const one = 1n << BigInt(CRC_RULES[kind].bits - 1)
  let power = one
  let square = one >> 1n
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) power = multiply(kind, square, power)
    square = multiply(kind, square, square)
  }
  return power
}

/** The product of two bit-reversed polynomials, modulo the CRC's own. */
function multiply(kind: CrcKind, left: bigint, right: bigint): bigint {
  const { bits, polynomial } = CRC_RULES[kind]
  let product = 0n
  let shifted = right
  for (let bit = 1n << BigInt(bits - 1); bit > 0n; bit >>= 1n) {
    if (left & bit) product ^= shifted
    shifted = shifted & 1n ? (shifted >> 1n) ^ polynomial : shifted >> 1n
  }
  return product
}
