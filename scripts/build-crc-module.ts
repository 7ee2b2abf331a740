/** Makes src/transfer/crc-module.ts of crc-module.wat, when that has changed. */
import { writeFileSync } from 'node:fs'
import { assembleCrcModule } from './assemble-crc-module.ts'

const base64 = await assembleCrcModule()
writeFileSync(
  new URL('../src/transfer/crc-module.ts', import.meta.url),
  `/** What \`npm run build:crc\` made of crc-module.wat: a WebAssembly module, in base64. */
export const CRC_MODULE =
  '${base64}'
`,
)
