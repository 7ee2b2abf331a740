/** A piece of a text of the help, as the man page takes it. */
export type HelpBlock =
  | { readonly kind: 'text'; readonly text: string }
  /** What can be typed, without `Usage:`. */
  | { readonly kind: 'usage'; readonly lines: readonly string[] }
  | { readonly kind: 'examples'; readonly examples: readonly HelpExample[] }
  /** Lines that must stay as they are. */
  | { readonly kind: 'lines'; readonly lines: readonly string[] }

/** A command line and what it does. */
export interface HelpExample {
  readonly line: string
  readonly does: string
}

/**
 * The blocks of a text of the help, between empty lines. Headings of lists that follow, as `Flags:` is, are
 * left out.
 */
export function readHelpBlocks(text: string): readonly HelpBlock[] {
  return text
    .split(/\n{2,}/)
    .map((block) => block.replaceAll(/^\n+|\n+$/g, ''))
    .filter((block) => block !== '' && !/^\S.*:$/.test(block.replaceAll('\n', ' ')))
    .map(readBlock)
}

function readBlock(block: string): HelpBlock {
  const [first = '', ...others] = block.split('\n')
  if (first.startsWith('Usage: ')) {
    const lines = [first.slice('Usage: '.length), ...others.map((line) => line.trim())]
    return { kind: 'usage', lines }
  }
  if (first === 'Examples:') return { kind: 'examples', examples: readExamples(others) }
  if (block.split('\n').some((line) => line.startsWith(' '))) {
    return { kind: 'lines', lines: block.split('\n') }
  }
  return { kind: 'text', text: block }
}

/** A line that is further to the right belongs to the command line above it. */
function readExamples(lines: readonly string[]): readonly HelpExample[] {
  const examples: HelpExample[] = []
  for (const line of lines) {
    const last = examples.at(-1)
    if (/^ {2}\S/.test(line) || last === undefined) {
      examples.push({ line: line.trim(), does: '' })
    } else {
      examples[examples.length - 1] = {
        line: last.line,
        does: `${last.does} ${line.trim()}`.trim(),
      }
    }
  }
  return examples
}
