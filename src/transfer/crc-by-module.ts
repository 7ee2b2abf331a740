import { crcOnes, crcTables, type CrcKind, type CrcRun } from '../core/crc.ts'
import { CRC_MODULE } from './crc-module.ts'
import { ifWebAssemblyCan } from './if-webassembly-can.ts'

/** Where in the module's memory the bytes lie, and how many at a time. */
const inputAt = 64 * 1024
const inputBytes = 256 * 1024

/**
 * By a WebAssembly module of ours, 2.5 GB a second; it has a memory of its own, with its tables.
 *
 * @returns `undefined` where there can be none
 */
export function startCrcModule(kind: CrcKind): CrcRun | undefined {
  const started = ifWebAssemblyCan(() =>
    exportsOf(new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(CRC_MODULE, 'base64')))),
  )
  if (started === undefined) return undefined
  const { memory, update } = started
  new BigUint64Array(memory.buffer).set(crcTables(kind))
  const input = new Uint8Array(memory.buffer, inputAt, inputBytes)
  const ones = crcOnes(kind)
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
