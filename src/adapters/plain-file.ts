import { constants, type Stats } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import { systemCode } from '../core/errors.ts'
import { unlinkIfThere } from './file-bytes.ts'
import { isNamed } from './file-number.ts'
import { thisSystem } from './this-system.ts'

/** What stands at a path where only a file that this tool made has any business. */
export type FoundFile =
  | { readonly kind: 'plain'; readonly handle: FileHandle; readonly stat: Stats }
  | { readonly kind: 'nothing' }
  /** A link, folder, pipe, socket or device: nothing that this tool has put there. */
  | { readonly kind: 'foreign' }

/** Whether files may be made for a moment to find something out; a dry run makes none. */
export type Probes = 'allowed' | 'forbidden'

/**
 * Opens a plain file that stands at the path itself. Neither follows a symbolic link nor waits for the
 * other end of a pipe, whoever planted it. The caller closes the handle of a plain file.
 *
 * @param noFollow The flag by which the system itself refuses a link; 0 where it has none.
 */
export async function openPlainFile(
  path: string,
  access: 'read' | 'update',
  noFollow: number = O_NOFOLLOW ?? 0,
): Promise<FoundFile> {
  // Windows has neither of the last two flags; a pipe cannot stand among its files.
  const flags = (access === 'read' ? O_RDONLY : O_RDWR) | noFollow | (O_NONBLOCK ?? 0)
  try {
    return await lookAt(
      await open(path, flags),
      (handle) => noFollow !== 0 || isNamed(path, handle),
    )
  } catch (error) {
    const code = systemCode(error)
    if (code === 'ENOENT' || code === 'ENOTDIR') return { kind: 'nothing' }
    if (FOREIGN.has(code)) return { kind: 'foreign' }
    throw error
  }
}

async function lookAt(
  handle: FileHandle,
  isItself: (handle: FileHandle) => boolean | Promise<boolean>,
): Promise<FoundFile> {
  try {
    const stat = await handle.stat()
    if (stat.isFile() && (await isItself(handle))) return { kind: 'plain', handle, stat }
  } catch (error) {
    await handle.close()
    throw error
  }
  await handle.close()
  return { kind: 'foreign' }
}

/**
 * Whether the file looks like one that this process makes there: the same owner, and no more people who
 * may write to it than `mode` says, which is 0600 for what has no other yet. Where a file system gives every file an owner and mode of its own,
 * a file that is made beside it for the purpose shows which.
 */
export async function isOwnFile(stat: Stats, path: string, mode = 0o600): Promise<boolean> {
  if (isPlainlyOwnFile(stat, mode)) return true
  const others = othersRights(stat, mode)
  const own = await lookOfNewFile(`${path}.probe`)
  return stat.uid === own.uid && (others & ~own.mode) === 0
}

/** The same without a file that is made to see: no where that would be needed. */
export function isPlainlyOwnFile(stat: Stats, mode = 0o600): boolean {
  if (thisSystem === 'win32') return true
  return stat.uid === process.geteuid?.() && othersRights(stat, mode) === 0
}

function othersRights(stat: Stats, mode: number): number {
  return stat.mode & ~mode & OTHERS_MAY_WRITE
}

const { O_RDONLY, O_RDWR } = constants
/** Node.js declares them for all systems. */
const { O_NOFOLLOW, O_NONBLOCK }: Partial<typeof constants> = constants
/** A link (FreeBSD says EMLINK), a folder, and a socket or a device without a driver. */
const FOREIGN = new Set(['ELOOP', 'EMLINK', 'EISDIR', 'ENXIO', 'ENODEV', 'EOPNOTSUPP'])
const OTHERS_MAY_WRITE = 0o022

async function lookOfNewFile(path: string): Promise<Stats> {
  await unlinkIfThere(path)
  const handle = await open(path, 'wx', 0o600)
  try {
    return await handle.stat()
  } finally {
    await handle.close()
    await unlinkIfThere(path)
  }
}
