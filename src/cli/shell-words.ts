import type { CommandWords } from '../core/flags.ts'

/**
 * The command line of `cp` that resumes this task with the flags that were given, but for `-dryRun`, which
 * fetches nothing. It can be pasted into a POSIX shell.
 */
export function formatResume(taskId: string, { flags }: Pick<CommandWords, 'flags'>): string {
  const kept = Object.entries(flags).filter(([name]) => !NOT_REPEATED.has(name))
  const words = kept.flatMap(([name, value]) => asWords(name, value))
  return ['obsutil', 'cp', `-recover=${taskId}`, ...words].join(' ')
}

const NOT_REPEATED: ReadonlySet<string> = new Set(['recover', 'dryRun'])

function asWords(name: string, value: string | readonly string[] | undefined): readonly string[] {
  if (value === undefined || value === 'false') return []
  if (value === 'true') return [`-${name}`]
  const values = typeof value === 'string' ? [value] : value
  return values.map((one) => quote(`-${name}=${one}`))
}

/** As it is, where no shell would read more into it. */
function quote(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}
