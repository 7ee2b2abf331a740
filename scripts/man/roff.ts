/**
 * Text as roff takes it, for the macros of man(7), in ASCII. What means something to roff, or is shown as
 * another character by some of its devices, is escaped: a hyphen must stay one that can be searched for and
 * pasted.
 */
export function escapeRoff(text: string): string {
  const escaped = text
    .replaceAll('…', '...')
    .replaceAll(/[\\'`^~-]/g, (character) => ESCAPES[character] ?? character)
    .replaceAll(/[^\n -~]/gu, nameOf)
  // A line that begins so would be a request.
  return escaped.replaceAll(/^\./gm, '\\&.')
}

/** A character by its number, as groff and mandoc know it. */
function nameOf(character: string): string {
  const number = character.codePointAt(0) ?? 0
  return `\\[u${number.toString(16).toUpperCase().padStart(4, '0')}]`
}

const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\e',
  "'": '\\(aq',
  '`': '\\(ga',
  '^': '\\(ha',
  '~': '\\(ti',
  '-': '\\-',
}

/** Text as it is typed. */
export function bold(text: string): string {
  return text === '' ? '' : `\\fB${escapeRoff(text)}\\fR`
}

/** What stands for something else. */
function italic(text: string): string {
  return text === '' ? '' : `\\fI${escapeRoff(text)}\\fR`
}

/** Words as they are typed, but for what is in angle brackets, which stands for something, and for others. */
export function typed(text: string): string {
  return text
    .split(/(<[\w:|-]+>|[[\]])/)
    .map((part) => {
      if (/^<.+>$/.test(part)) return italic(part.slice(1, -1))
      return part === '[' || part === ']' ? part : bold(part)
    })
    .join('')
}

/** `.SH` */
export function section(title: string): string {
  return `.SH ${escapeRoff(title)}\n`
}

/** `.SS` */
export function subsection(title: string): string {
  return `.SS "${escapeRoff(title).replaceAll('"', '\\(dq')}"\n`
}

/** A paragraph of filled text, one sentence a line; line breaks in it are only those of the source. */
export function paragraph(text: string, macro: '.PP' | '.IP' = '.PP'): string {
  return `${macro}\n${fill(text)}`
}

/** A tag, ready for roff, and what it is; '' for nothing. */
export function tagged(tag: string, text: string): string {
  return `.TP\n${tag}\n${text === '' ? '\\&\n' : fill(text)}`
}

/** Lines that stay as they are, each ready for roff. */
export function verbatim(lines: readonly string[]): string {
  return `.PP\n.nf\n${lines.map((line) => `${line}\n`).join('')}.fi\n`
}

/** A line that goes on further to the right where it is too long. */
export function hanging(line: string): string {
  return `.HP 8\n${line}\n`
}

/** What is in it stands further to the right. */
export function indented(text: string): string {
  return `.RS\n${text}.RE\n`
}

function fill(text: string): string {
  const sentences = text
    .replaceAll(/\s*\n\s*/g, ' ')
    .trim()
    .replaceAll(/(?<=[a-z)\]][.!?]) (?=[A-Z*])/g, '\n')
  return `${escapeRoff(sentences)}\n`
}
