/** What a configuration file that did not exist starts as; the keys are to be filled in. */
export const NEW_CONFIG_TEXT = `# Configuration of obsutil, made by 'obsutil config'. A line is key=value; a comment starts its line
# with #. A value is exactly what stands after the first =, without quotes. Further keys, with their
# defaults, are in .obsutilconfig.example, which comes with the tool.

# Where the store is: [http://|https://]host[:port], https unless said otherwise.
endpoint=
# Access key id and secret access key, in plain text.
ak=
sk=
# Security token that belongs to a temporary ak and sk; empty for permanent ones.
token=

# Language of the help: English or Chinese.
helpLanguage=English
`

/**
 * Sets keys in the text of a configuration file and leaves every other character as it is. A key that
 * stands there several times is set in each of its lines; one that is missing is appended. Values
 * must hold no line break and no blank at either end, for such a line would be read as another one.
 */
export function editConfigText(text: string, changes: ReadonlyMap<string, string>): string {
  const lines = splitLines(text)
  const present = new Set(lines.map(({ content }) => keyOf(content)))
  const missing = [...changes].filter(([key]) => !present.has(key))
  const lineEnd = lines.find(({ end }) => end !== '')?.end ?? '\n'

  const edited = lines.map(({ content, end }) => editLine(content, changes) + end).join('')
  const isTorn = missing.length > 0 && lines.at(-1)?.end === ''
  const appended = missing.map(([key, value]) => `${key}=${value}${lineEnd}`)
  return [edited, isTorn ? lineEnd : '', ...appended].join('')
}

interface Line {
  readonly content: string
  /** The line's own end: LF, CRLF, CR, or nothing at the end of the file. */
  readonly end: string
}

function splitLines(text: string): Line[] {
  return Array.from(text.matchAll(/([^\r\n]*)(\r\n?|\n|$)/g), ([, content = '', end = '']) => ({
    content,
    end,
  })).filter(({ content, end }) => content + end !== '')
}

/** The key of a line, by the rules that the file is read by; undefined for a comment or a blank line. */
function keyOf(content: string): string | undefined {
  if (/^\s*[#;]/.test(content)) return undefined
  const separator = content.indexOf('=')
  return separator === -1 ? undefined : content.slice(0, separator).trim()
}

/** What stands before the value stays, blanks and all. */
function editLine(content: string, changes: ReadonlyMap<string, string>): string {
  const value = changes.get(keyOf(content) ?? '')
  const head = /^[^=]*=\s*/.exec(content)?.[0]
  return value === undefined || head === undefined ? content : head + value
}
