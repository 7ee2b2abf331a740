import { realpath, stat, statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import { systemCode } from '../core/errors.ts'

/** A file system, as a user knows it. */
interface FileSystem {
  /** Where it is mounted; the folder itself where that cannot be found out. */
  readonly path: string
  /** Bytes that the user may still use; undefined where it does not tell. */
  readonly freeBytes: number | undefined
}

/** The file system of a folder. Never rejects for trouble with the disk: less is known then. */
export async function describeFileSystem(folder: string): Promise<FileSystem> {
  const [path, freeBytes] = await Promise.all([
    unlessTrouble(() => findTop(folder)),
    unlessTrouble(() => findFree(folder)),
  ])
  return { path: path ?? folder, freeBytes }
}

/** The uppermost folder on the same device. */
async function findTop(folder: string): Promise<string> {
  const start = await realpath(folder)
  const { dev } = await stat(start)
  for (let at = start; ;) {
    const above = dirname(at)
    if (above === at || (await stat(above)).dev !== dev) return at
    at = above
  }
}

/** One that does not know its size says that it has none. */
async function findFree(folder: string): Promise<number | undefined> {
  const { blocks, bavail, bsize } = await statfs(folder)
  return blocks === 0 ? undefined : bavail * bsize
}

async function unlessTrouble<T>(look: () => Promise<T>): Promise<T | undefined> {
  try {
    return await look()
  } catch (error) {
    if (systemCode(error) === '') throw error
    return undefined
  }
}
