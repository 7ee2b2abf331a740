import type { Stats } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { ItemError, systemCode } from '../core/errors.ts'
import { unlinkIfThere } from './file-bytes.ts'
import { isNamed } from './file-number.ts'
import { onDisk } from './item-trouble.ts'
import { renameFile } from './patient-rename.ts'
import { openPlainFile } from './plain-file.ts'

const officialName = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.obs\.temp$/

/** What a temp file must be for a record of the official tool to be believed about it. */
interface ExpectedOfficialTemp {
  readonly path: string
  readonly sizeBytes: number
  /** Where this run puts its temp files. */
  readonly tempFolder: string
  /** The folders of the item's destination; a temp file is hidden there. */
  readonly beside: readonly string[]
  /** Our own name for the temp file, with the dot that hides it. */
  readonly hiddenName: string
}

/** A temp file of the official tool, open, and still as that left it. */
export interface OpenedOfficialTemp {
  readonly kind: 'opened'
  readonly handle: FileHandle
  /** Where it goes when it is taken over: in the same folder. */
  readonly ownPath: string
  /** Renames the file to its own path, and makes it private. */
  readonly takeOver: () => Promise<void>
  /** Deletes the file where the official tool left it, and closes it. */
  readonly remove: () => Promise<void>
}

/** Why there is none: `gone` when nothing is where it could be. */
type NoOfficialTemp =
  { readonly kind: 'gone' } | { readonly kind: 'refused'; readonly reason: string }

/**
 * Opens the temp file that a record of the official tool names. The record is anybody's word: the path
 * must have the official form of name, in a folder where this run may have temp files anyway, and lead
 * through no link to a plain file of ours, of the object's size, that has no other name.
 */
export async function openOfficialFile(
  expected: ExpectedOfficialTemp,
): Promise<OpenedOfficialTemp | NoOfficialTemp> {
  const { path } = expected
  if (resolve(path) !== path || !officialName.test(basename(path))) {
    return refused('it is not named as a temp file')
  }
  const ownName = ownNameIn(dirname(path), expected)
  if (ownName === undefined) return refused('this run has no temp files in its folder')
  try {
    return await openThere(expected, join(dirname(path), ownName))
  } catch (error) {
    const code = systemCode(error)
    if (code === '') throw error
    return code === 'ENOTDIR' ? { kind: 'gone' } : refused(`it cannot be opened (${code})`)
  }
}

function ownNameIn(folder: string, expected: ExpectedOfficialTemp): string | undefined {
  const { hiddenName } = expected
  if (expected.beside.includes(folder)) return hiddenName
  return resolve(expected.tempFolder) === folder ? hiddenName.slice(1) : undefined
}

async function openThere(
  expected: ExpectedOfficialTemp,
  ownPath: string,
): Promise<OpenedOfficialTemp | NoOfficialTemp> {
  const { path } = expected
  const found = await openPlainFile(path, 'update')
  if (found.kind === 'nothing') return { kind: 'gone' }
  if (found.kind === 'foreign') return refused('it is not a plain file')
  const { handle } = found
  const reason = reasonAgainst(found.stat, expected)
  if (reason !== undefined) {
    await handle.close()
    return refused(reason)
  }
  const stillThere = async () => {
    if (!(await isNamed(path, handle))) throw replacedByAnother(path)
  }
  return {
    kind: 'opened',
    handle,
    ownPath,
    takeOver: () =>
      onDisk(`take over the temp file [${path}]`, async () => {
        await stillThere()
        await handle.chmod(0o600)
        await renameFile(path, ownPath)
      }),
    remove: () =>
      onDisk(`remove the temp file [${path}]`, async () => {
        try {
          await stillThere()
          await unlinkIfThere(path)
        } finally {
          await handle.close()
        }
      }),
  }
}

function refused(reason: string): NoOfficialTemp {
  return { kind: 'refused', reason }
}

function reasonAgainst(held: Stats, { sizeBytes }: ExpectedOfficialTemp): string | undefined {
  if (held.size !== sizeBytes) return `it has ${held.size} bytes instead of ${sizeBytes}`
  if (held.nlink !== 1) return 'it has another name, too'
  const us = process.geteuid?.()
  if (us !== undefined && held.uid !== us) return 'it belongs to another user'
  return undefined
}

function replacedByAnother(path: string): ItemError {
  return new ItemError(`The temp file [${path}] was replaced by another process`, {
    code: 'TempFileReplacedError',
  })
}
