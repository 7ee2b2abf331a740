import { constants, lstatSync, type Stats } from 'node:fs'
import { access, lstat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { ItemError } from '../core/errors.ts'
import type { DiskLooks } from '../core/plan-ports.ts'
import type { FileSystemPlace } from '../core/planned-item.ts'
import { callsFor } from './file-calls.ts'
import { onDisk } from './item-trouble.ts'
import { isMissing } from './make-folder.ts'
import { createWriteModes, type WriteMode } from './write-mode.ts'

/** Folders that are remembered; the items of a list mostly come folder by folder. */
const mostFolders = 1000
/** Unit of `Stats.blocks`, in bytes. */
const statBlockBytes = 512

/**
 * Looks at the disk for a dry run.
 *
 * @param recordFolder where a run has its locks and part records; need not exist.
 */
export function createDiskLooks(recordFolder: string): DiskLooks {
  const known = new Map<string, Promise<NearestFolder>>()
  const modes = createWriteModes()
  const nearest = (folder: string) => {
    const asked = known.get(folder)
    if (asked !== undefined) return asked
    if (known.size >= mostFolders) known.clear()
    const looking = find(folder)
    known.set(folder, looking)
    // What failed is looked at again for the next file.
    looking.catch(() => known.delete(folder))
    return looking
  }
  const find = async (path: string): Promise<NearestFolder> => {
    const found = await callsFor('apart').statIfThere(path)
    if (found === undefined && path !== dirname(path) && !isLink(path)) {
      return nearest(dirname(path))
    }
    if (found?.isDirectory() !== true) return { kind: 'file', path }
    // Asked once: it is the same for all that goes there.
    const writable = access(path, constants.W_OK | constants.X_OK)
    writable.catch(() => undefined)
    return {
      kind: 'folder',
      folder: path,
      device: found.dev,
      mode: await modes.in(path),
      assertWritable: () => writable,
    }
  }
  const placeIn = async (folder: string, what: string): Promise<FileSystemPlace> => {
    const found = await onDisk(`look at ${what}`, () => nearest(folder))
    if (found.kind === 'file') throw inTheWay(folder, found, what)
    const { folder: at, device } = found
    await onDisk(`write into the folder [${at}]`, found.assertWritable)
    return { folder: at, device }
  }
  return {
    placeOfFile: (path) => placeIn(dirname(path), `the parent folder [${dirname(path)}]`),
    async assertFolder(path) {
      const what = `the folder [${path}]`
      const found = await onDisk(`look at ${what}`, () => nearest(path))
      // Nothing is written into one that is there.
      if (found.kind === 'file' || found.folder !== path) await placeIn(path, what)
    },
    lookAt: (path) =>
      onDisk(`look at [${path}]`, async () => {
        const found = await nearest(dirname(path))
        if (found.kind === 'file' || found.folder !== dirname(path)) return undefined
        return lookAt(path, found.mode)
      }),
    async assertRecordsWritable() {
      await placeIn(recordFolder, `the folder [${recordFolder}]`)
    },
  }
}

/** A link that leads nowhere: no folder can be made there. */
function isLink(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true
  } catch {
    // A file above it: the look at the folder above tells.
    return false
  }
}

/** What there is of a path: the folder, or the nearest one above it that is there. */
type NearestFolder =
  | (FileSystemPlace & {
      readonly kind: 'folder'
      readonly mode: WriteMode
      readonly assertWritable: () => Promise<void>
    })
  /** A file where a folder should be. */
  | { readonly kind: 'file'; readonly path: string }

/** With the code that making the folder would end with. */
function inTheWay(folder: string, found: { readonly path: string }, what: string): ItemError {
  return new ItemError(`Cannot create ${what} because a file of that name exists`, {
    code: found.path === folder ? 'EEXIST' : 'ENOTDIR',
  })
}

async function lookAt(path: string, mode: WriteMode) {
  const found = mode === 'at-once' ? lookAtOnce(path) : await lookApart(path)
  if (found === undefined) return undefined
  const sizeBytes = found.isSymbolicLink()
    ? ((await callsFor('apart').statIfThere(path))?.size ?? 0)
    : found.size
  const isOnlyName = found.isFile() && found.nlink === 1
  return { sizeBytes, freedBytes: isOnlyName ? found.blocks * statBlockBytes : 0 }
}

function lookAtOnce(path: string): Stats | undefined {
  return lstatSync(path, { throwIfNoEntry: false })
}

async function lookApart(path: string): Promise<Stats | undefined> {
  try {
    return await lstat(path)
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}
