import { constants } from 'node:fs'
import { lstat, open, readdir, realpath, stat, unlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { systemCode } from '../core/errors.ts'

/** Tells whether two names lead to one file. */
export interface FolderIdentities {
  /**
   * A text that two names of one file have in common and no two files share: the folder by its device
   * and number, and the name; without their cases where the file system tells none apart. The folder
   * must be there.
   */
  nameOf(folder: string, name: string): Promise<string>
}

const { O_WRONLY, O_CREAT, O_NOFOLLOW, O_NONBLOCK } = constants

/** Folders that are remembered; the items of a list mostly come folder by folder. */
const mostFolders = 1000

/** Looks at each folder once, and asks each file system once whether it tells cases apart. */
export function createFolderIdentities(): FolderIdentities {
  const known = new Map<string, Promise<Identity>>()
  const folding = new Map<bigint, Promise<boolean>>()

  const look = async (folder: string): Promise<Identity> => {
    // Numbers of 64 bits, as network file systems have them, would be rounded into each other.
    const { dev, ino } = await stat(folder, { bigint: true })
    const asked = folding.get(dev) ?? foldsCase(folder, dev)
    folding.set(dev, asked)
    const folds = await asked
    // Such file systems may give a folder a number for each case of its name.
    return { id: `${dev}:${folds ? fold(await realpath(folder)) : ino}`, folds }
  }
  return {
    async nameOf(folder, name) {
      if (known.size >= mostFolders) known.clear()
      const looking = known.get(folder) ?? look(folder)
      known.set(folder, looking)
      // What failed is looked at again for the next file.
      looking.catch(() => known.delete(folder))
      const { id, folds } = await looking
      return `${id}/${folds ? fold(name) : name}`
    },
  }
}

interface Identity {
  readonly id: string
  readonly folds: boolean
}

/** Names that such file systems take for one differ in case, or in how their accents are written. */
function fold(name: string): string {
  return name.normalize('NFC').toUpperCase().toLowerCase()
}

async function foldsCase(folder: string, device: bigint): Promise<boolean> {
  try {
    return await tryCases(folder, device)
  } catch (error) {
    // The download will say what is wrong with the folder.
    if (systemCode(error) !== '') return false
    throw error
  }
}

/** Tries a name that is there anyway, of the folder or one above it; else one that is made for it. */
async function tryCases(folder: string, device: bigint): Promise<boolean> {
  for (let at = folder; ; at = dirname(at)) {
    const parent = dirname(at)
    const isTop = parent === at || (await stat(parent, { bigint: true })).dev !== device
    if (isTop) return await foldsProbe(folder)
    const other = inOtherCase(basename(at))
    if (other !== basename(at)) return await isFoundOnly(parent, other)
  }
}

/** A killed run may have left it, so the name is always the same one. */
const probeName = '.obsutil.probe'

async function foldsProbe(folder: string): Promise<boolean> {
  const path = join(folder, probeName)
  await (await open(path, O_WRONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0o600)).close()
  try {
    return await isFoundOnly(folder, inOtherCase(probeName))
  } finally {
    await unlink(path)
  }
}

/** Whether the name leads to something although the folder has no such name. */
async function isFoundOnly(folder: string, name: string): Promise<boolean> {
  try {
    await lstat(join(folder, name))
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return false
    throw error
  }
  return !(await readdir(folder)).includes(name)
}

function inOtherCase(name: string): string {
  return name.replaceAll(/[A-Za-z]/g, (letter) =>
    letter < 'a' ? letter.toLowerCase() : letter.toUpperCase(),
  )
}
