import { readdir } from 'node:fs/promises'

const unitTests = new URL('../unit/', import.meta.url)

/** Which of the files of unit tests: each `of`-th, from this one on, in order of their names. */
interface Group {
  readonly from: number
  readonly of: number
}

/**
 * Imports a share of the unit tests, those of `test/unit` itself, so that they run in this process, one after the other: to start a process
 * for each of more than a hundred files takes longer than the tests.
 */
export async function importUnitTests({ from, of }: Group): Promise<void> {
  const names = await readdir(unitTests)
  const files = names.filter((name) => name.endsWith('.test.ts')).toSorted()
  for (const [at, name] of files.entries()) {
    if (at % of === from) await import(new URL(name, unitTests).href)
  }
}
