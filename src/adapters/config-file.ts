import { constants, open, readFile } from 'node:fs/promises'
import { decode } from 'ini'
import { AppError, messageOf, systemCode } from '../core/errors.ts'

/** How a configuration file is read. */
export interface ConfigFileOptions {
  /** Whether a missing file ends the run (`-config` names it) or stands for an empty one. */
  readonly required: boolean
  /**
   * A pipe can be read once, so it will do at the start; `plain` refuses it, for who reads it again
   * would wait for a writer that is gone. Default: `any`.
   */
  readonly kind?: 'any' | 'plain'
}

/** What a configuration file says, key by key; nothing is checked or defaulted yet. */
export interface ConfigFileContent {
  readonly entries: ReadonlyMap<string, string>
  /** The number of the line that a key's value stands in, from 1. */
  readonly lines: ReadonlyMap<string, number>
}

/**
 * Reads a configuration file (manual: Configuration Parameters): lines of `key=value`, comments that
 * start with `#` or `;`, and blank lines. A value is exactly what stands between the first `=` and
 * the end of the line, without the blanks around it; of a repeated key the last line wins.
 * Throws an `initialise` fault for a file that cannot be read or a line of another form.
 */
export async function readConfigFile(
  path: string,
  options: ConfigFileOptions,
): Promise<ConfigFileContent> {
  const text = await readText(path, options)
  const { values, lines } = splitLines(path, text)
  return { entries: decodeValues(values), lines }
}

async function readText(
  path: string,
  { required, kind = 'any' }: ConfigFileOptions,
): Promise<string> {
  try {
    return await (kind === 'plain' ? readPlainFile(path) : readFile(path, 'utf8'))
  } catch (cause) {
    if (systemCode(cause) === 'ENOENT' && !required) return ''
    throw new AppError('initialise', `open ${path}: ${describe(cause)}`, { cause })
  }
}

/** Without blocking: a pipe without a writer would hold a thread, and with it the process, for ever. */
async function readPlainFile(path: string): Promise<string> {
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY)
  try {
    const stats = await handle.stat()
    if (!stats.isFile()) throw new Error('is not a plain file')
    return await handle.readFile('utf8')
  } finally {
    await handle.close()
  }
}

function describe(cause: unknown): string {
  switch (systemCode(cause)) {
    case 'ENOENT':
      return 'no such file or directory'
    case 'EACCES':
      return 'permission denied'
    case 'EISDIR':
      return 'is a directory'
    default:
      return messageOf(cause)
  }
}

function splitLines(path: string, text: string) {
  const values = new Map<string, string>()
  const lines = new Map<string, number>()
  const texts = text.replace(/^\u{FEFF}/u, '').split(/\r\n?|\n/)
  for (const [index, line] of texts.entries()) {
    if (/^\s*([#;]|$)/.test(line)) continue
    const separator = line.indexOf('=')
    const key = line.slice(0, Math.max(separator, 0)).trim()
    // The line itself stays out of the message: it may be a secret that lost its key.
    if (key === '') {
      throw new AppError(
        'initialise',
        `Configuration file [${path}] is not well-formed, line ${index + 1}`,
        { hint: 'Every line must be key=value, a comment that starts with #, or blank.' },
      )
    }
    values.set(key, line.slice(separator + 1).trim())
    lines.set(key, index + 1)
  }
  return { values, lines }
}

/**
 * `ini` gives a meaning to `;`, `#`, quotes, backslashes, `true`, `[]` and `[section]`, which keys and
 * tokens may hold. It is therefore handed every word as a JSON string, the form in which it changes
 * nothing. It drops the key `__proto__`; that stays here as an empty one, to be warned about.
 */
function decodeValues(values: ReadonlyMap<string, string>): Map<string, string> {
  const lines = Array.from(values, ([key, value]) => `${quote(key)}=${quote(value)}`)
  const decoded: Readonly<Record<string, unknown>> = decode(lines.join('\n'), {
    bracketedArray: false,
  })
  return new Map(Array.from(values.keys(), (key) => [key, asText(decoded[key])]))
}

/** The words `true`, `false` and `null` come back from ini as what they mean in JSON. */
function asText(value: unknown): string {
  if (typeof value === 'string') return value
  return value === undefined ? '' : JSON.stringify(value)
}

/** JSON, with the line ends escaped that JSON leaves alone and ini's pattern stumbles over. */
function quote(word: string): string {
  return JSON.stringify(word).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')
}
