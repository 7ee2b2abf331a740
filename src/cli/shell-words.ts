import type { CommandWords } from '../core/flags.ts'
import { cpFlags } from './flag-table.ts'

/**
 * The command line of `cp` that resumes this task with the flags that were given, but for `-dryRun`, which
 * fetches nothing. It can be pasted into a POSIX shell.
 */
export function formatResume(
  taskId: string,
  { flags }: Pick<CommandWords, 'flags'>,
  resolvePath: (path: string) => string,
): string {
  const kept = Object.entries(flags).filter(([name]) => !NOT_REPEATED.has(name))
  const words = kept.flatMap(([name, value]) =>
    // It may be pasted anywhere. An empty path counts as not given.
    asWords(
      name,
      PATHS.has(name) && typeof value === 'string' && value !== '' ? resolvePath(value) : value,
    ),
  )
  return ['obsutil', 'cp', `-recover=${taskId}`, ...words].join(' ')
}

const PATHS: ReadonlySet<string> = new Set(['o', 'cpd', 'config', 'tempFileDir'])
const NOT_REPEATED: ReadonlySet<string> = new Set(['recover', 'dryRun'])

function asWords(name: string, value: string | readonly string[] | undefined): readonly string[] {
  if (value === undefined) return []
  const isBoolean = cpFlags.some((flag) => flag.name === name && flag.kind === 'boolean')
  if (isBoolean) return value === 'true' ? [`-${name}`] : []
  const values = typeof value === 'string' ? [value] : value
  return values.map((one) => quote(`-${name}=${one}`))
}

/** A word as it is, where no POSIX shell would read more into it. */
export function quote(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}
