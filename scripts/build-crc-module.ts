/** Makes crc-module.ts and crc-fold-module.ts of what lies beside them as text, when that has changed. */
import { writeFileSync } from 'node:fs'
import { assembleCrcModule, CRC_MODULES } from './assemble-crc-module.ts'

for (const [constant, name] of Object.entries(CRC_MODULES)) {
  const base64 = await assembleCrcModule(name)
  writeFileSync(
    new URL(`../src/transfer/${name}.ts`, import.meta.url),
    `/** What \`npm run build:crc\` made of ${name}.wat: a WebAssembly module, in base64. */
export const ${constant} =
  '${base64}'
`,
  )
}
