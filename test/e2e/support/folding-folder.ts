import { execFile } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/**
 * Lays a file system over the folder that tells no cases apart, as those of Windows and macOS, while
 * the deed is done; what is on it lies in another folder below the root. Returns whether that could be
 * had: it takes rclone and FUSE.
 */
export async function withFoldingFolder(
  root: string,
  folder: string,
  deed: () => Promise<void>,
): Promise<boolean> {
  const below = join(root, 'below')
  await mkdir(below)
  try {
    // Without it rclone would wait for its daemon in vain.
    await run('fusermount3', ['--version'])
    await run('rclone', ['mount', below, folder, '--config=/dev/null', ...OPTIONS])
  } catch {
    return false
  }
  try {
    await deed()
    return true
  } finally {
    await run('fusermount3', ['-u', '-z', folder])
  }
}

const OPTIONS = [
  '--daemon',
  '--daemon-wait=20s',
  '--vfs-case-insensitive',
  '--vfs-cache-mode=writes',
]
