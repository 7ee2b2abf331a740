import { execFile } from 'node:child_process'
import { stat } from 'node:fs/promises'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** A file system of a few megabytes. */
interface SmallDisk {
  /** Changes its size; what is on it stays. */
  resize(megabytes: number): Promise<void>
  /** From now on nothing on it can be changed. */
  makeReadOnly(): Promise<void>
}

/**
 * Mounts a file system of its own over the folder while the deed is done. Returns whether that could
 * be had: only root may mount, and not everywhere.
 */
export async function withSmallDisk(
  folder: string,
  megabytes: number,
  deed: (disk: SmallDisk) => Promise<void>,
): Promise<'done' | 'cannot mount'> {
  try {
    await run('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder])
  } catch {
    return 'cannot mount'
  }
  try {
    await deed({
      async resize(newMegabytes) {
        await run('mount', ['-o', `remount,size=${newMegabytes}m`, folder])
      },
      async makeReadOnly() {
        await run('mount', ['-o', 'remount,ro', folder])
      },
    })
    return 'done'
  } finally {
    await run('umount', ['--lazy', folder])
  }
}

/** Whether the two paths lie on different file systems. */
export async function areApart(one: string, other: string): Promise<boolean> {
  const [left, right] = await Promise.all([stat(one), stat(other)])
  return left.dev !== right.dev
}
