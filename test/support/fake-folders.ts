import { posix, win32 } from 'node:path'
import type { FolderCalls } from '../../src/adapters/folder-looks.ts'

/** How a file system treats names. */
export interface FolderRules {
  readonly paths: 'posix' | 'win32'
  /** Two names are one where this gives the same for both. */
  readonly key: (name: string) => string
  /** How a new name is kept, and listed. */
  readonly kept: (name: string) => string
  readonly firstNumber: bigint
  /** Whether a folder has another number by each way of writing its name. */
  readonly numbers?: 'by spelling'
}

export interface FakeFolders extends FolderCalls {
  /** Names of files that were made and are still there. */
  left(): readonly string[]
  /** Paths of files that were made, whether or not they are there still. */
  readonly made: readonly string[]
}

/** Folders in memory, on one file system of these rules. All folders of the paths are there. */
export function makeFakeFolders(rules: FolderRules, folders: readonly string[]): FakeFolders {
  const paths = rules.paths === 'win32' ? win32 : posix
  const keyOf = (path: string): string => {
    const { root } = paths.parse(path)
    const names = path.slice(root.length).split(/[\\/]/).filter(Boolean)
    return [root.toLowerCase().replaceAll('/', '\\'), ...names.map(rules.key)].join('|')
  }
  /** Names as they are kept, by the keys of their paths. */
  const entries = new Map<string, { readonly name: string; readonly path: string; ino: bigint }>()
  const made: string[] = []
  let next = rules.firstNumber
  const add = (path: string, parentPath: string) => {
    const name = rules.kept(paths.basename(path))
    const ino = next++
    entries.set(keyOf(path), { name, path: paths.join(parentPath, name), ino })
  }
  const find = (path: string) => {
    const found = entries.get(keyOf(path))
    if (found === undefined) throw Object.assign(new Error('ENOENT'), { code: 'ENOENT' })
    return found
  }
  const addFolder = (path: string) => {
    if (entries.has(keyOf(path))) return
    const parent = paths.dirname(path)
    if (parent === path) {
      entries.set(keyOf(path), { name: '', path, ino: next++ })
      return
    }
    addFolder(parent)
    add(path, find(parent).path)
  }
  for (const folder of folders) addFolder(folder)

  return {
    made,
    left: () => made.filter((path) => entries.has(keyOf(path))),
    async stat(path) {
      const { ino } = find(path)
      return { dev: 5n, ino: rules.numbers === 'by spelling' ? numberOf(path) : ino }
    },
    realpath: async (path) => find(path).path,
    lstat: async (path) => find(path),
    async readdir(path) {
      const key = keyOf(path)
      return [...entries.values()]
        .filter((entry) => entry.name !== '' && keyOf(paths.dirname(entry.path)) === key)
        .map(({ name }) => name)
    },
    async make(path) {
      made.push(path)
      if (!entries.has(keyOf(path))) add(path, find(paths.dirname(path)).path)
    },
    async unlink(path) {
      find(path)
      entries.delete(keyOf(path))
    },
  }
}

function numberOf(path: string): bigint {
  return BigInt(`0x${Buffer.from(path).toString('hex')}`)
}
