import { ItemError, messageOf, systemCode } from '../core/errors.ts'
import { InUseError } from './patient-rename.ts'

const explanations: Readonly<Record<string, string>> = {
  ENOSPC: 'no space left on the device',
  EDQUOT: 'the disk quota is used up',
  EACCES: 'permission denied',
  EPERM: 'operation not permitted',
  EROFS: 'the file system is read-only',
  ENAMETOOLONG: 'the name is too long for the file system',
  ENOENT: 'no such file or directory',
  ENOTDIR: 'a part of the path is a file, not a folder',
  EISDIR: 'it is a folder',
  EMFILE: 'too many open files; raise the limit (ulimit -n) or lower -j and -p',
  EFBIG: 'the file is larger than the file system or the limit allows',
  EBUSY: 'it is in use',
  EILSEQ: 'the file system takes no such characters in a name',
  EIO: 'input/output error of the device',
  ELOOP: 'too many symbolic links',
}

/**
 * Runs a deed on the disk; trouble that the operating system reports becomes the item's error, in
 * one line with what was tried, and keeps the system's code. Errors of ours pass as they are.
 */
export async function onDisk<T>(what: string, deed: () => T | Promise<T>): Promise<T> {
  try {
    return await deed()
  } catch (error) {
    throw toTrouble(what, error)
  }
}

/** The same for what the deed throws before it returns. */
export function onDiskAtOnce<T>(what: string, deed: () => T): T {
  try {
    return deed()
  } catch (error) {
    throw toTrouble(what, error)
  }
}

function toTrouble(what: string, error: unknown): unknown {
  const code = systemCode(error)
  if (error instanceof ItemError || code === '') return error
  const why = error instanceof InUseError ? undefined : explanations[code]
  return new ItemError(`Cannot ${what}: ${why ?? messageOf(error)}`, {
    code,
    cause: error,
  })
}
