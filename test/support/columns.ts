/** Columns on a terminal: East Asian characters and full-width signs take two. */
export function columnsOf(line: string): number {
  const wide = line.match(/[\p{Script=Han}\u3000-\u303F\uFF00-\uFF60\uFFE0-\uFFE6]/gu) ?? []
  return line.length + wide.length
}
