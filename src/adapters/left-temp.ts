import type { FileHandle } from 'node:fs/promises'
import { isNamed } from './file-number.ts'
import { onDisk } from './item-trouble.ts'
import { isOwnFile, isPlainlyOwnFile, openPlainFile, type Probes } from './plain-file.ts'

export interface LeftTemp {
  readonly sizeBytes: number
  /** What a finished file gets: a run may have died when it had just given it. */
  readonly fileMode: number
  /** Whether a file may be made for a moment to see what files look like there. */
  readonly probes?: Probes
}

/**
 * Opens a temp file that an earlier run of ours left; undefined where there is none of this size.
 * Trouble in opening it rejects: it may hold proven parts, which are not to be thrown away.
 */
export async function openLeftTemp(
  path: string,
  { sizeBytes, fileMode, probes = 'allowed' }: LeftTemp,
): Promise<FileHandle | undefined> {
  const found = await onDisk(`open the temp file [${path}]`, () => openPlainFile(path, 'update'))
  if (found.kind !== 'plain') return undefined
  const { handle, stat: held } = found
  try {
    const isSame = await isNamed(path, handle)
    // Another owner could change the file even after it has become the destination.
    const isOwn = () =>
      probes === 'allowed' ? isOwnFile(held, path, fileMode) : isPlainlyOwnFile(held, fileMode)
    const isOurs = isSame && held.nlink === 1 && (await isOwn())
    if (isOurs && held.size === sizeBytes) return handle
  } catch (error) {
    await handle.close()
    throw error
  }
  await handle.close()
  return undefined
}
