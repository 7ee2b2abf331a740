import { readFileSync } from 'node:fs'
import loadWabt from 'wabt'

/** The WebAssembly modules of src/transfer, by the constants that hold them in base64. */
export const CRC_MODULES = { CRC_MODULE: 'crc-module', CRC_FOLD_MODULE: 'crc-fold-module' } as const

/** What is made of the text of such a module, in base64. */
export async function assembleCrcModule(
  name: (typeof CRC_MODULES)[keyof typeof CRC_MODULES],
): Promise<string> {
  const text = readFileSync(new URL(`../src/transfer/${name}.wat`, import.meta.url), 'utf8')
  const wabt = await loadWabt()
  const module = wabt.parseWat(`${name}.wat`, text, { threads: true })
  try {
    return Buffer.from(module.toBinary({}).buffer).toString('base64')
  } finally {
    module.destroy()
  }
}
