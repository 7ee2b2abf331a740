/** A figure with commas between its thousands. */
export function grouped(count: number): string {
  return count.toLocaleString('en-US')
}

/** So many of them: `1 item`, `2,950 items`. */
export function counted(count: number, what: string): string {
  return `${grouped(count)} ${what}${count === 1 ? '' : 's'}`
}
