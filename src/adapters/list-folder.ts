import { readdir } from 'node:fs/promises'
import { parseListName, type ListName } from '../core/list-names.ts'

/**
 * The failure lists directly in the folder, in no order: files of such names, and links of such names,
 * wherever these lead. Rejects with the system's error.
 */
export async function readListNames(folder: string): Promise<readonly ListName[]> {
  return (await readdir(folder, { withFileTypes: true }))
    .filter((entry) => entry.isFile() || entry.isSymbolicLink())
    .flatMap(({ name }) => parseListName(name) ?? [])
}
