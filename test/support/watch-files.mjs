// @ts-check
import fs from 'node:fs'
import files from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import { relative } from 'node:path'
import { watchAtOnce } from './watch-at-once.mjs'
import { unwatched, watchHandles } from './watch-handles.mjs'

/**
 * What a process does to a file or folder below the root. Paths are relative to the root. `handle`
 * counts the files that were opened, from 1; a position of null is the end of the file.
 *
 * @typedef {{ kind: 'open', path: string, handle: number, creates: boolean }
 *   | { kind: 'write', path: string, handle: number, position: number | null, bytes: Uint8Array }
 *   | { kind: 'truncate', path: string, handle: number, length: number }
 *   | { kind: 'sync' | 'mode', path: string, handle: number }
 *   | { kind: 'rename' | 'link', path: string, to: string }
 *   | { kind: 'unlink' | 'folder', path: string }} Operation
 */

/**
 * Is asked before each operation whether a write is to be done whole or only by half, and told of
 * its end with the same object. Both run at once, in the one thread, and may end the process.
 *
 * @typedef {{
 *   before: (operation: Operation) => 'whole' | 'half'
 *   after: (operation: Operation, how: 'done' | 'failed') => void
 * }} Observer
 */

/**
 * Puts the observer between this process and the functions of Node.js that change files below the
 * root. What changes files and is not watched throws, so that nothing goes by unseen.
 *
 * @param {string} root
 * @param {Observer} observer
 */
export async function watchFiles(root, observer) {
  const { open, rename, unlink, link, mkdir } = files
  /** @type {Map<number, import('./watch-handles.mjs').Opened>} */
  const openedByDescriptor = new Map()
  let openCount = 0

  /** @param {unknown} path */
  const inside = (path) => {
    const name = relative(root, String(path))
    return name.startsWith('..') ? undefined : name
  }
  /**
   * @template T
   * @param {Operation} operation
   * @param {(how: 'whole' | 'half') => Promise<T>} deed
   */
  const watch = async (operation, deed) => {
    const how = observer.before(operation)
    let result
    try {
      result = await deed(how)
    } catch (error) {
      observer.after(operation, 'failed')
      throw error
    }
    observer.after(operation, 'done')
    return result
  }

  /**
   * @param {string} path
   * @param {boolean} isNew
   */
  const opening = (path, isNew) => {
    openCount += 1
    return { kind: /** @type {const} */ ('open'), path, handle: openCount, creates: isNew }
  }

  /** @param {any[]} args */
  async function watchedOpen(...args) {
    const [path, flags = 'r', mode] = args
    const name = inside(path)
    if (name === undefined) return open(path, flags, mode)
    refuseTruncation(flags)
    const operation = opening(name, creates(flags))
    return watch(operation, async () => {
      const handle = await open(path, flags, mode)
      openedByDescriptor.set(handle.fd, { number: operation.handle, path: name })
      return handle
    })
  }

  Object.assign(files, {
    open: watchedOpen,
    /** @param {any[]} args */
    async writeFile(...args) {
      const [path, data, options] = args
      const handle = await watchedOpen(path, options?.flag ?? 'w', options?.mode)
      try {
        await handle.writeFile(data)
      } finally {
        await handle.close()
      }
    },
    /** @param {any[]} args */
    async rename(...args) {
      const [from, to] = args
      const [path, target] = [inside(from), inside(to)]
      if (path === undefined || target === undefined) return rename(from, to)
      return watch({ kind: 'rename', path, to: target }, async () => {
        await rename(from, to)
        for (const file of openedByDescriptor.values()) if (file.path === path) file.path = target
      })
    },
    /** @param {any[]} args */
    async link(...args) {
      const [from, to] = args
      const [path, target] = [inside(from), inside(to)]
      if (path === undefined || target === undefined) return link(from, to)
      return watch({ kind: 'link', path, to: target }, () => link(from, to))
    },
    /** @param {any} path */
    async unlink(path) {
      const name = inside(path)
      if (name === undefined) return unlink(path)
      return watch({ kind: 'unlink', path: name }, () => unlink(path))
    },
    /** @param {any[]} args */
    async mkdir(...args) {
      const [path, options] = args
      const name = inside(path)
      if (name === undefined) return mkdir(path, options)
      return watch({ kind: 'folder', path: name }, () => mkdir(path, options))
    },
  })

  await watchHandles({ observer, watch, openedByDescriptor })
  watchAtOnce({ observer, inside, opening, openedByDescriptor, creates, refuseTruncation })
  for (const name of UNWATCHED) Object.assign(files, { [name]: unwatched(name) })
  for (const name of UNWATCHED_AT_ONCE) Object.assign(fs, { [name]: unwatched(name) })
  syncBuiltinESMExports()
}

/**
 * The operation in a line, for a pattern to pick it: `rename tmp/0f3a….obs.temp dest/large.bin`.
 *
 * @param {Operation} operation
 */
export function describe(operation) {
  const { kind, path } = operation
  if (kind === 'open') return `${operation.creates ? 'create' : 'open'} ${path}`
  return 'to' in operation ? `${kind} ${path} ${operation.to}` : `${kind} ${path}`
}

const UNWATCHED = ['appendFile', 'copyFile', 'cp', 'rm', 'rmdir', 'symlink', 'truncate']
const UNWATCHED_AT_ONCE = [
  ...UNWATCHED.map((name) => `${name}Sync`),
  'mkdirSync',
  'writeFileSync',
  'writevSync',
  'createWriteStream',
]

/** @param {string | number} flags */
function creates(flags) {
  return typeof flags === 'number' ? (flags & fs.constants.O_CREAT) !== 0 : /[aw]/.test(flags)
}

/** @param {string | number} flags */
function refuseTruncation(flags) {
  const truncates =
    typeof flags === 'number'
      ? (flags & fs.constants.O_TRUNC) !== 0
      : flags.includes('w') && !flags.includes('x')
  if (truncates) throw new Error(`An opening that truncates (${flags}) is not watched`)
}
