import { mostSimilarWord } from './similar-words.ts'

/** What somebody who typed the beginning of a task id, or all of it, may have meant. */
export type MeantTask =
  | { readonly kind: 'found'; readonly taskId: string }
  /** It is the beginning of several ids. */
  | { readonly kind: 'ambiguous'; readonly taskIds: readonly string[] }
  /** It is none of them; they may have meant the similar one. */
  | { readonly kind: 'unknown'; readonly similar: string | undefined }

/** Fewer characters may be the beginning of anything. */
export const FEWEST_CHARACTERS = 4

/** Finds the task among the known ones by its id, or by a beginning of it that no other has. */
export function findMeantTask(text: string, known: readonly string[]): MeantTask {
  if (known.includes(text)) return { kind: 'found', taskId: text }
  const begun = text.toLowerCase()
  const taskIds =
    text.length < FEWEST_CHARACTERS ? [] : known.filter((id) => id.toLowerCase().startsWith(begun))
  const [taskId, other] = taskIds
  if (taskId === undefined) return { kind: 'unknown', similar: mostSimilarId(text, known) }
  return other === undefined ? { kind: 'found', taskId } : { kind: 'ambiguous', taskIds }
}

/** With a slip of the finger, or somewhere in the text: it may be the name of a list. */
function mostSimilarId(text: string, known: readonly string[]): string | undefined {
  return known.find((id) => text.includes(id)) ?? mostSimilarWord(text, known)
}
