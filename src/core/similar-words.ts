/**
 * The word of the list that a text was probably meant to be: case aside, they differ by at most two
 * characters, or by one where the word has fewer than six. Undefined where there is none.
 */
export function mostSimilarWord(text: string, words: readonly string[]): string | undefined {
  const slips = words
    .filter((word) => Math.abs(word.length - text.length) <= 2)
    .map((word) => ({ word, count: countSlips(text.toLowerCase(), word.toLowerCase()) }))
    .filter(({ word, count }) => count <= (word.length < 6 ? 1 : 2))
  return slips.toSorted((one, other) => one.count - other.count)[0]?.word
}

/** Levenshtein's distance: characters added, left out or changed. Row by row of the usual table. */
function countSlips(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, at) => at)
  for (const [at, character] of Array.from(one).entries()) {
    const next = [at + 1]
    for (const [to, wanted] of Array.from(other).entries()) {
      const changed = (row[to] ?? 0) + (character === wanted ? 0 : 1)
      next.push(Math.min(changed, (row[to + 1] ?? 0) + 1, (next[to] ?? 0) + 1))
    }
    row = next
  }
  return row.at(-1) ?? 0
}
