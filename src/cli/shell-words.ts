import type { CommandWords } from '../core/flags.ts'
import type { System } from '../core/system.ts'
import { cpFlags } from './flag-table.ts'

/**
 * The command line of `cp` that resumes this task with the flags that were given, but for `-dryRun`, which
 * fetches nothing. It can be pasted into a shell of the system.
 */
export function formatResume(
  taskId: string,
  { flags }: Pick<CommandWords, 'flags'>,
  { resolvePath, system }: ShellSurroundings,
): string {
  const kept = Object.entries(flags).filter(([name]) => !NOT_REPEATED.has(name))
  const words = kept.flatMap(([name, value]) =>
    // It may be pasted anywhere. An empty path counts as not given.
    asWords(
      name,
      PATHS.has(name) && typeof value === 'string' && value !== '' ? resolvePath(value) : value,
    ),
  )
  return [
    'obsutil',
    'cp',
    `-recover=${taskId}`,
    ...words.map((word) => quoteWord(word, system)),
  ].join(' ')
}

/** Where the command may be pasted. */
interface ShellSurroundings {
  /** Makes a path absolute, seen from the working folder. */
  readonly resolvePath: (path: string) => string
  readonly system: System
}

const PATHS: ReadonlySet<string> = new Set(['o', 'cpd', 'config', 'tempFileDir'])
const NOT_REPEATED: ReadonlySet<string> = new Set(['recover', 'dryRun'])

function asWords(name: string, value: string | readonly string[] | undefined): readonly string[] {
  if (value === undefined) return []
  const isBoolean = cpFlags.some((flag) => flag.name === name && flag.kind === 'boolean')
  if (isBoolean) return value === 'true' ? [`-${name}`] : []
  const values = typeof value === 'string' ? [value] : value
  return values.map((one) => `-${name}=${one}`)
}

/** A word as it is, where no shell of the system would read more into it, else in quotes. */
export function quoteWord(text: string, system: System): string {
  return system === 'win32' ? quoteForWindows(text) : quoteForPosix(text)
}

function quoteForPosix(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}

/** In double quotes, which cmd and PowerShell both know, what is more than a plain word. */
function quoteForWindows(text: string): string {
  if (/^[\w=-]+$/.test(text)) return text
  // Programs of Windows take a backslash for itself unless a quote comes after it.
  return `"${text.replaceAll(/(\\*)"/g, '$1$1\\"').replace(/(\\+)$/, '$1$1')}"`
}
