import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Workspace } from '../../support/workspace.ts'

/** Measures the most memory that a run ever held. */
export interface PeakMemory {
  /** Variables for the run. */
  readonly env: Readonly<Record<string, string>>
  /** In bytes, once the run has ended. */
  read(): Promise<number>
}

/** Has a run write down the peak of its resident memory when it ends. */
export function watchPeakMemory(space: Workspace): PeakMemory {
  const path = join(space.root, 'peak-memory')
  const deed = `import { writeFileSync } from 'node:fs'
process.on('exit', () => writeFileSync(${JSON.stringify(path)}, String(process.resourceUsage().maxRSS)))`
  const preload = `data:text/javascript,${encodeURIComponent(deed)}`
  return {
    env: { NODE_OPTIONS: `--import=${preload}` },
    // Node gives kilobytes on every system.
    read: async () => 1024 * Number(await readFile(path, 'utf8')),
  }
}
