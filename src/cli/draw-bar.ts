/** `[====------]`, of so many characters between its brackets; full at 100 percent and not before. */
export function drawBar(percent: number, size: number): string {
  const full = Math.floor((size * percent) / 100)
  return `[${'='.repeat(full)}${'-'.repeat(size - full)}]`
}
