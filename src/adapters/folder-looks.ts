import { constants } from 'node:fs'
import { lstat, open, readdir, realpath, stat, unlink } from 'node:fs/promises'
import { posix, win32 } from 'node:path'
import { systemCode } from '../core/errors.ts'
import type { System } from '../core/system.ts'
import { thisSystem } from './this-system.ts'

/** A folder as it was found. */
interface FolderLook {
  /** The same for all folders of one file system, and for no other. */
  readonly disk: string
  /** The same for all names of the folder, and for no other folder of the file system. */
  readonly number: string
  /** The folder's path without links. */
  readonly path: () => Promise<string>
}

/** Looks at folders, which must be there. */
export interface FolderLooks {
  look(folder: string): Promise<FolderLook>
  /** Whether names that differ in case are two files there; undefined where that cannot be found out. */
  tellsCases(folder: string): Promise<boolean | undefined>
  /** The same for names whose accents are written in different ways (NFC, NFD). */
  tellsAccents(folder: string): Promise<boolean | undefined>
}

/** The calls that this takes; other than those of the system for tests. */
export interface FolderCalls {
  /** Numbers of 64 bits, as network file systems have them, would be rounded into each other. */
  stat(path: string): Promise<{ readonly dev: bigint; readonly ino: bigint }>
  realpath(path: string): Promise<string>
  lstat(path: string): Promise<unknown>
  readdir(path: string): Promise<readonly string[]>
  /** Makes a file, unless one is there. */
  make(path: string): Promise<void>
  unlink(path: string): Promise<void>
}

const { O_WRONLY, O_CREAT, O_NOFOLLOW, O_NONBLOCK } = constants

const systemCalls: FolderCalls = {
  stat: (path) => stat(path, { bigint: true }),
  realpath: (path) => realpath(path),
  lstat: (path) => lstat(path),
  readdir: (path) => readdir(path),
  async make(path) {
    await (await open(path, O_WRONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0o600)).close()
  },
  unlink: (path) => unlink(path),
}

/** Killed runs may have left them, so the names are always the same ones. */
const caseProbe = '.obsutil.probe'
const accentProbe = '.obsutil.probe-\u00E9'

/** Finds out by trying, whatever the system: one and the same may have disks of several kinds. */
export function createFolderLooks(
  system: System = thisSystem,
  calls: FolderCalls = systemCalls,
): FolderLooks {
  const paths = system === 'win32' ? win32 : posix

  /** Whether the second name leads to something, although the folder does not have both of them. */
  const isOneFile = async (folder: string, [name, other]: readonly [string, string]) => {
    try {
      await calls.lstat(paths.join(folder, other))
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return false
      throw error
    }
    const names = await calls.readdir(folder)
    return !(names.includes(name) && names.includes(other))
  }
  const tryProbe = async (folder: string, [name, other]: readonly [string, string]) => {
    await calls.make(paths.join(folder, name))
    try {
      return !(await isOneFile(folder, [name, other]))
    } finally {
      await calls.unlink(paths.join(folder, name))
    }
  }
  /** Tries a name that is there anyway, of the folder or one above it; else one that is made for it. */
  const tryCases = async (folder: string): Promise<boolean> => {
    const { dev } = await calls.stat(folder)
    for (let at = folder; ; at = paths.dirname(at)) {
      const parent = paths.dirname(at)
      const isTop = parent === at || (await calls.stat(parent)).dev !== dev
      if (isTop) return tryProbe(folder, [caseProbe, inOtherCase(caseProbe)])
      const name = paths.basename(at)
      const other = inOtherCase(name)
      if (other !== name) return !(await isOneFile(parent, [name, other]))
    }
  }

  return {
    async look(folder) {
      if (system !== 'win32') {
        const { dev, ino } = await calls.stat(folder)
        return { disk: `${dev}`, number: `${ino}`, path: () => calls.realpath(folder) }
      }
      // What Windows says of a disk differs between versions; a path without links has one form there.
      const path = await calls.realpath(folder)
      return { disk: paths.parse(path).root.toLowerCase(), number: path, path: async () => path }
    },
    tellsCases: (folder) => unlessItFails(() => tryCases(folder)),
    tellsAccents: (folder) =>
      unlessItFails(() => tryProbe(folder, [accentProbe, accentProbe.normalize('NFD')])),
  }
}

/** The download will say what is wrong with the folder. */
async function unlessItFails(deed: () => Promise<boolean>): Promise<boolean | undefined> {
  try {
    return await deed()
  } catch (error) {
    if (systemCode(error) !== '') return undefined
    throw error
  }
}

function inOtherCase(name: string): string {
  return name.replaceAll(/[A-Za-z]/g, (letter) =>
    letter < 'a' ? letter.toLowerCase() : letter.toUpperCase(),
  )
}
