// @ts-check
import fs from 'node:fs'

/** @typedef {import('./watch-files.mjs').Operation} Operation */

/**
 * The part of `watchFiles` that is about calls which are done when they return.
 *
 * @param {{
 *   observer: import('./watch-files.mjs').Observer
 *   inside: (path: unknown) => string | undefined
 *   opening: (path: string, isNew: boolean) => Operation & { kind: 'open' }
 *   openedByDescriptor: Map<number, import('./watch-handles.mjs').Opened>
 *   creates: (flags: string | number) => boolean
 *   refuseTruncation: (flags: string | number) => void
 * }} watching
 */
export function watchAtOnce(watching) {
  const { observer, inside, opening, openedByDescriptor, creates, refuseTruncation } = watching
  const { openSync, closeSync, renameSync, unlinkSync, linkSync } = fs
  const { fchmodSync, ftruncateSync, fsync } = fs

  /**
   * @template T
   * @param {Operation} operation
   * @param {() => T} deed
   */
  const watch = (operation, deed) => {
    observer.before(operation)
    let result
    try {
      result = deed()
    } catch (error) {
      observer.after(operation, 'failed')
      throw error
    }
    observer.after(operation, 'done')
    return result
  }
  /**
   * @param {'mode' | 'sync'} kind
   * @param {number} descriptor
   */
  const onFile = (kind, descriptor) => {
    const file = openedByDescriptor.get(descriptor)
    return file && { kind, path: file.path, handle: file.number }
  }
  /**
   * @param {'rename' | 'link'} kind
   * @param {(from: string, to: string) => void} original
   */
  const watchedMove = (kind, original) => {
    /**
     * @param {string} from
     * @param {string} to
     */
    return (from, to) => {
      const [path, target] = [inside(from), inside(to)]
      if (path === undefined || target === undefined) return original(from, to)
      watch({ kind, path, to: target }, () => original(from, to))
      if (kind === 'link') return undefined
      for (const file of openedByDescriptor.values()) if (file.path === path) file.path = target
      return undefined
    }
  }

  Object.assign(fs, {
    /** @param {any[]} args */
    openSync(...args) {
      const [path, flags = 'r', mode] = args
      const name = inside(path)
      if (name === undefined) return openSync(path, flags, mode)
      refuseTruncation(flags)
      const operation = opening(name, creates(flags))
      return watch(operation, () => {
        const descriptor = openSync(path, flags, mode)
        openedByDescriptor.set(descriptor, { number: operation.handle, path: name })
        return descriptor
      })
    },
    /** @param {number} descriptor */
    closeSync(descriptor) {
      openedByDescriptor.delete(descriptor)
      closeSync(descriptor)
    },
    renameSync: watchedMove('rename', renameSync),
    linkSync: watchedMove('link', linkSync),
    /** @param {string} path */
    unlinkSync(path) {
      const name = inside(path)
      if (name === undefined) return unlinkSync(path)
      return watch({ kind: 'unlink', path: name }, () => unlinkSync(path))
    },
    /**
     * @param {number} descriptor
     * @param {number} mode
     */
    fchmodSync(descriptor, mode) {
      const operation = onFile('mode', descriptor)
      if (operation === undefined) return fchmodSync(descriptor, mode)
      return watch(operation, () => fchmodSync(descriptor, mode))
    },
    /**
     * @param {number} descriptor
     * @param {number} length
     */
    ftruncateSync(descriptor, length) {
      const file = openedByDescriptor.get(descriptor)
      if (file === undefined) return ftruncateSync(descriptor, length)
      const operation = { kind: /** @type {const} */ ('truncate'), path: file.path, length }
      return watch({ ...operation, handle: file.number }, () => ftruncateSync(descriptor, length))
    },
    /**
     * @param {number} descriptor
     * @param {(error: Error | null) => void} done
     */
    fsync(descriptor, done) {
      const operation = onFile('sync', descriptor)
      if (operation === undefined) return fsync(descriptor, done)
      observer.before(operation)
      return fsync(descriptor, (error) => {
        observer.after(operation, error === null ? 'done' : 'failed')
        done(error)
      })
    },
  })
}
