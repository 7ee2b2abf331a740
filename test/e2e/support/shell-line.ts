/** A shell on a pseudo-terminal, and lines that are typed into it with Tab. */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** How a shell is started, and what it runs before anything is typed. */
interface TypedInto {
  readonly shell: 'bash' | 'zsh'
  /** Home and working folder. */
  readonly home: string
  readonly setup: readonly string[]
}

/** The option of a test that needs these programs: skips it, and says why, where one is missing. */
export function needs(...programs: readonly string[]): { readonly skip: string | false } {
  const missing = programs.filter((one) => spawnSync(one, ['--version']).status !== 0)
  return { skip: missing.length > 0 && `there is no ${missing.join(' and no ')} here` }
}

/**
 * The words that `obsutil` is called with once the keys are typed and the line is sent. A function that prints
 * them stands for the tool.
 */
export async function typeLine(
  keys: string,
  { shell, home, setup }: TypedInto,
): Promise<readonly string[]> {
  const script = join(home, `.setup.${shell}`)
  const standIn = `obsutil() { printf '<%s>' "$@"; echo; }`
  await writeFile(script, [...setup, standIn, `PS1='ready> '`, ''].join('\n'))
  const start = shell === 'bash' ? 'bash --noprofile --norc -i' : 'zsh -f -i'
  const child = spawn('script', ['-qec', start, '/dev/null'], {
    cwd: home,
    env: environmentOf(home),
    stdio: ['pipe', 'pipe', 'inherit'],
    timeout: 60_000,
  })
  let screen = ''
  let hasTyped = false
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    screen += chunk
    if (hasTyped || !screen.includes('ready> ')) return
    hasTyped = true
    child.stdin.write(`${keys}\nexit\n`)
  })
  child.stdin.write(`. ${script}\n`)
  await once(child, 'close')
  const [, printed] = /^(<.*>)\r?$/m.exec(screen) ?? []
  if (printed === undefined) throw new Error(`The tool was not called: ${JSON.stringify(screen)}`)
  return printed.slice(1, -1).split('><')
}

/** Nothing of the one who runs the tests but the path. */
export function environmentOf(home: string): Readonly<Record<string, string>> {
  // oxlint-disable-next-line node/no-process-env -- a bare environment is made from the real one
  const PATH = process.env['PATH'] ?? ''
  return { PATH, HOME: home, ZDOTDIR: home, TERM: 'dumb', LC_ALL: 'C.UTF-8' }
}
