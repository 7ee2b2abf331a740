import type { Stats } from 'node:fs'
import { open, realpath } from 'node:fs/promises'
import { posix, win32 } from 'node:path'
import { ItemError } from '../core/errors.ts'
import { assertFileName, isLikeShortName } from '../core/file-names.ts'
import type { Item } from '../core/item.ts'
import type { System } from '../core/system.ts'

export interface TargetOptions {
  /** `forceOverwriteForDownload=false`: an existing file must be writable to be replaced. */
  readonly overwriting: 'always' | 'if-writable'
  /** Whose rules for the names of files hold. */
  readonly system: System
}

/** The looks at the disk that this takes. */
export interface TargetCalls {
  statIfThere(path: string): Found | Promise<Found>
  /** The path with all its names as the disk has them. */
  realpath?(path: string): Promise<string>
}

type Found = Pick<Stats, 'isDirectory' | 'isFile'> | undefined

/**
 * The path that the item's file is renamed onto: its destination, or, where that is a folder, the last
 * part of the key in it. Throws an `ItemError` where no file can be put there.
 */
export async function chooseTarget(
  item: Item,
  calls: TargetCalls,
  options: TargetOptions,
): Promise<string> {
  const { destination } = item
  const found = await calls.statIfThere(destination)
  if (found?.isDirectory() === true) {
    const inside = pathInside(item, options)
    const there = await calls.statIfThere(inside)
    return usable({ path: inside, there }, calls, options)
  }
  if (!namesFolder(destination, options)) {
    return usable({ path: destination, there: found }, calls, options)
  }
  throw new ItemError(
    `Cannot write to [${destination}]: only a folder has such a path, and none is there`,
    { code: 'EISDIR' },
  )
}

function pathsOf({ system }: TargetOptions) {
  return system === 'win32' ? win32 : posix
}

function namesFolder(path: string, { system }: TargetOptions): boolean {
  return path.endsWith('/') || (system === 'win32' && path.endsWith('\\'))
}

/** The list did not name this path, so that nobody has looked at its name yet. */
function pathInside({ destination, key }: Item, options: TargetOptions): string {
  const paths = pathsOf(options)
  const path = paths.join(destination, paths.basename(key))
  assertFileName(path, options.system)
  return path
}

interface Place {
  readonly path: string
  readonly there: Found
}

async function usable(
  { path, there }: Place,
  calls: TargetCalls,
  options: TargetOptions,
): Promise<string> {
  if (there === undefined) return path
  if (there.isDirectory()) {
    throw new ItemError(`Cannot write to [${path}]: it is a folder`, { code: 'EISDIR' })
  }
  if (!there.isFile()) {
    // A rename would take a device or pipe away, which nobody asked for.
    throw new ItemError(`Cannot write to [${path}]: it is not a regular file`, {
      code: 'NotAFileError',
    })
  }
  if (options.system === 'win32') await assertOwnName(path, calls)
  if (options.overwriting === 'if-writable') await (await open(path, 'r+')).close()
  return path
}

/** Windows may give a file a second, short name, by which a file of another name would be replaced. */
async function assertOwnName(path: string, calls: TargetCalls): Promise<void> {
  const name = win32.basename(path)
  if (!isLikeShortName(name)) return
  const real = win32.basename(await (calls.realpath?.(path) ?? realpath(path)))
  if (real.toLowerCase() === name.toLowerCase()) return
  throw new ItemError(`No file can be at [${path}]: [${name}] is the short name of [${real}]`, {
    code: 'InvalidNameError',
  })
}
