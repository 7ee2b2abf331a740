import { readFileSync } from 'node:fs'
import loadWabt from 'wabt'

/** The WebAssembly module of src/transfer/crc-module.wat, in base64. */
export async function assembleCrcModule(): Promise<string> {
  const name = 'crc-module.wat'
  const text = readFileSync(new URL(`../src/transfer/${name}`, import.meta.url), 'utf8')
  const wabt = await loadWabt()
  const module = wabt.parseWat(name, text)
  try {
    return Buffer.from(module.toBinary({}).buffer).toString('base64')
  } finally {
    module.destroy()
  }
}
