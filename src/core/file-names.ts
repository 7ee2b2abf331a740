import { ItemError } from './errors.ts'
import type { System } from './system.ts'

/** Why a path can name no file. */
export interface NameTrouble {
  readonly code: 'InvalidNameError' | 'ENAMETOOLONG'
  /** A clause that names the part of the path. */
  readonly reason: string
}

/**
 * Why the system cannot have a file of its own at the absolute path; undefined where nothing is known
 * against it. Only what the system would not refuse, but take for another file, a device or a stream,
 * has to be found here, and whatever Windows refuses in no clear words. How long a name may be on Linux
 * and macOS is left to the file system: it depends on its kind, and each says so.
 */
export function findNameTrouble(path: string, system: System): NameTrouble | undefined {
  // It would reach the disk as another name.
  if (/[\p{Surrogate}\0]/u.test(path)) {
    return invalid('it holds a NUL or half a character, which no name can')
  }
  return system === 'win32' ? findTroubleOnWindows(path) : undefined
}

/** A drive, `d:\`, or the same behind `\\?\`, which switches off the old limit of 260 characters. */
const DRIVE_ROOT = /^(?:[\\/]{2}\?[\\/])?[A-Za-z]:[\\/]/
/** A share, `\\server\share\`, or the same as `\\?\UNC\server\share\`. */
const SHARE_ROOT =
  /^[\\/]{2}(?:\?[\\/]+UNC[\\/]+)?(?![.?][\\/])(?<server>[^\\/]+)[\\/]+(?<share>[^\\/]+)(?:[\\/]|$)/i
/** Shares under which Windows has no files. */
const NO_FILES = /^(?:pipe|mailslot)$/i

/** Windows refuses these in names; a colon would begin the name of a stream inside the file. */
// oxlint-disable-next-line no-control-regex -- they are what is looked for
const FORBIDDEN = /[<>:"|?*\u0000-\u001F]/
/** Devices, whatever the folder and whatever comes after a dot or a colon. */
const DEVICE =
  /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[1-9\u00B9\u00B2\u00B3]) *(?:[.:]|$)/i
/** Units of UTF-16, as NTFS counts. */
const LONGEST_NAME = 255
/** The same for a path, with room for what Node.js puts before long ones. */
const LONGEST_PATH = 32_750
const SHOWN_CHARACTERS = 40

/** See Microsoft's page "Naming Files, Paths, and Namespaces". */
function findTroubleOnWindows(path: string): NameTrouble | undefined {
  const names = namesBelowRoot(path)
  if (names === undefined) return invalid('it is on no drive and in no share')
  for (const name of names) {
    const trouble = findTroubleOfName(name)
    if (trouble !== undefined) return trouble
  }
  if (path.length <= LONGEST_PATH) return undefined
  return tooLong(`its ${path.length} characters are more than Windows takes`)
}

/** The names of folders and file; undefined for a device, a pipe, and what depends on where one is. */
function namesBelowRoot(path: string): readonly string[] | undefined {
  const drive = DRIVE_ROOT.exec(path)
  if (drive !== null) return path.slice(drive[0].length).split(/[\\/]/)
  const share = SHARE_ROOT.exec(path)
  if (share?.groups === undefined) return undefined
  const { server = '', share: name = '' } = share.groups
  if (NO_FILES.test(name)) return undefined
  return [server, name, ...path.slice(share[0].length).split(/[\\/]/)]
}

function findTroubleOfName(name: string): NameTrouble | undefined {
  if (name === '' || name === '.' || name === '..') return undefined
  const shown = name.length > SHOWN_CHARACTERS ? `${name.slice(0, SHOWN_CHARACTERS)}…` : name
  const [forbidden] = FORBIDDEN.exec(name) ?? []
  if (forbidden !== undefined) {
    const what = forbidden < ' ' ? 'a control character' : `a [${forbidden}]`
    return invalid(`its part [${shown}] holds ${what}, which no name on Windows can`)
  }
  if (DEVICE.test(name)) return invalid(`its part [${shown}] is the name of a device on Windows`)
  if (/[. ]$/.test(name)) {
    // Node.js could make such a file, but next to no program could open it.
    const end = name.endsWith('.') ? 'dot' : 'blank'
    return invalid(`its part [${shown}] ends with a ${end}, which Windows takes away`)
  }
  if (name.length <= LONGEST_NAME) return undefined
  return tooLong(`its part [${shown}] has ${name.length} characters; Windows takes ${LONGEST_NAME}`)
}

/** Throws an `ItemError` where the system cannot have a file of its own at the absolute path. */
export function assertFileName(path: string, system: System): void {
  const trouble = findNameTrouble(path, system)
  if (trouble === undefined) return
  throw new ItemError(`No file can be at [${path}]: ${trouble.reason}`, { code: trouble.code })
}

/** Whether Windows may have made up the name as a short one for a longer one, as `LONGNA~1.TXT`. */
export function isLikeShortName(name: string): boolean {
  return /^(?=.{1,8}(?:\.|$))[^.]*~\d{1,6}(?:\.[^.]{1,3})?$/.test(name)
}

function invalid(reason: string): NameTrouble {
  return { code: 'InvalidNameError', reason }
}

function tooLong(reason: string): NameTrouble {
  return { code: 'ENAMETOOLONG', reason }
}
