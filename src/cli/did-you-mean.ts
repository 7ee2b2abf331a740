import { mostSimilarWord } from '../core/similar-words.ts'

/**
 * The word of the list that a mistyped command or flag was probably meant to be: a similar one, or the only
 * one that it is the start of. Undefined where there is none, and for so few characters that any word of
 * one or two would be similar.
 */
export function guessWord(text: string, words: readonly string[]): string | undefined {
  const typed = text.toLowerCase()
  if (typed.length < FEWEST) return words.find((word) => word.toLowerCase() === typed)
  const similar = mostSimilarWord(text, words)
  if (similar !== undefined) return similar
  const longer = words.filter((word) => word.toLowerCase().startsWith(typed))
  return longer.length === 1 ? longer[0] : undefined
}

const FEWEST = 3
