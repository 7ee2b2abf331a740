// @ts-check
import fs from 'node:fs'
import files from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

/** @typedef {{ number: number, path: string }} Opened */

/**
 * The part of `watchFiles` that is about open files: what is done by handle, and by the number of a
 * descriptor.
 *
 * @param {{
 *   observer: import('./watch-files.mjs').Observer
 *   watch: <T>(
 *     operation: import('./watch-files.mjs').Operation,
 *     deed: (how: 'whole' | 'half') => Promise<T>,
 *   ) => Promise<T>
 *   openedByDescriptor: ReadonlyMap<number, Opened>
 * }} watching
 */
export async function watchHandles({ observer, watch, openedByDescriptor }) {
  const { writeSync } = fs
  const FileHandle = await handlePrototype()
  const { write, appendFile, writeFile, truncate, sync, datasync, chmod } = FileHandle
  /** @param {import('node:fs/promises').FileHandle} handle */
  const opened = (handle) => openedByDescriptor.get(handle.fd)

  Object.assign(FileHandle, {
    writev: unwatched('writev'),
    /**
     * @this {import('node:fs/promises').FileHandle}
     * @param {any[]} args
     */
    async write(...args) {
      const file = opened(this)
      if (file === undefined) return write.apply(this, args)
      const { bytes, position } = readWriteArguments(args)
      const operation = { kind: /** @type {const} */ ('write'), ...named(file), position, bytes }
      return watch(operation, (how) => write.call(this, bytes, 0, part(bytes, how), position))
    },
    appendFile: watchedAppend(appendFile),
    // What is written with it was just made, so that its start is its end.
    writeFile: watchedAppend(writeFile),
    /**
     * @this {import('node:fs/promises').FileHandle}
     * @param {number} length
     */
    async truncate(length) {
      const file = opened(this)
      if (file === undefined) return truncate.call(this, length)
      return watch({ kind: 'truncate', ...named(file), length }, () => truncate.call(this, length))
    },
    sync: watchedSync(sync),
    datasync: watchedSync(datasync),
    /**
     * @this {import('node:fs/promises').FileHandle}
     * @param {number} mode
     */
    async chmod(mode) {
      const file = opened(this)
      if (file === undefined) return chmod.call(this, mode)
      return watch({ kind: 'mode', ...named(file) }, () => chmod.call(this, mode))
    },
  })

  /** @param {(bytes: Uint8Array) => Promise<void>} original */
  function watchedAppend(original) {
    /**
     * @this {import('node:fs/promises').FileHandle}
     * @param {string | Uint8Array} data
     */
    return async function appendSeen(data) {
      const file = opened(this)
      const bytes = Buffer.from(data)
      if (file === undefined) return original.call(this, bytes)
      const operation = { kind: /** @type {const} */ ('write'), ...named(file), bytes }
      return watch({ ...operation, position: null }, (how) =>
        original.call(this, bytes.subarray(0, part(bytes, how))),
      )
    }
  }

  /** @param {() => Promise<void>} original */
  function watchedSync(original) {
    /** @this {import('node:fs/promises').FileHandle} */
    return async function syncSeen() {
      const file = opened(this)
      if (file === undefined) return original.call(this)
      return watch({ kind: 'sync', ...named(file) }, () => original.call(this))
    }
  }

  Object.assign(fs, {
    /** @param {any[]} args */
    writeSync(...args) {
      const [descriptor, buffer, offset, length, position] = args
      const file = openedByDescriptor.get(descriptor)
      if (file === undefined) return writeSync(descriptor, buffer, offset, length, position)
      const bytes = buffer.subarray(offset, offset + length)
      const operation = { kind: /** @type {const} */ ('write'), ...named(file), position, bytes }
      const how = observer.before(operation)
      let written
      try {
        written = writeSync(descriptor, buffer, offset, part(bytes, how), position)
      } catch (error) {
        observer.after(operation, 'failed')
        throw error
      }
      observer.after(operation, 'done')
      return written
    },
  })
}

/**
 * Throws whatever it is called with: what it stands for changes files and is not watched.
 *
 * @param {string} name
 */
export function unwatched(name) {
  return () => {
    throw new Error(`${name} changes files and is not watched`)
  }
}

/** All handles share it, and it can be had from one only. */
async function handlePrototype() {
  const handle = await files.open(fileURLToPath(import.meta.url))
  await handle.close()
  return Object.getPrototypeOf(handle)
}

/** @param {Opened} file */
function named({ number, path }) {
  return { path, handle: number }
}

/**
 * A text comes with its position only, bytes with an offset and a length too.
 *
 * @param {any[]} args
 * @returns {{ bytes: Uint8Array, position: number | null }}
 */
function readWriteArguments([data, first, second, third]) {
  if (typeof data === 'string') return { bytes: Buffer.from(data), position: first ?? null }
  const offset = first ?? 0
  const length = second ?? data.length - offset
  return { bytes: data.subarray(offset, offset + length), position: third ?? null }
}

/**
 * How many bytes to write.
 *
 * @param {Uint8Array} bytes
 * @param {'whole' | 'half'} how
 */
function part(bytes, how) {
  return how === 'half' ? bytes.length >> 1 : bytes.length
}
