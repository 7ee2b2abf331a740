import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import type { PathSurroundings } from '../core/options.ts'

/** What the tool has of the outside: given by bin, and by tests. */
export interface World {
  /** The words after `obsutil`. */
  readonly words: readonly string[]
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly workingFolder: string
  readonly homeFolder: string
  readonly stdin: Readable
  readonly stdout: Screen
  readonly stderr: Screen
  /** Mode bits that new files do not get. */
  readonly umask: number
}

/**
 * What paths of this run depend on. Behind `-o=` and in a configuration no shell makes `~` the home folder,
 * so that is done here; but the official tool takes it for a name, and what it left in a folder of that name
 * is found there.
 */
export function pathSurroundings({ homeFolder, workingFolder }: World): PathSurroundings {
  const isFolderName = () => existsSync(resolve(workingFolder, '~'))
  return {
    home: homeFolder,
    resolvePath: (path) =>
      /^~(?:\/|$)/.test(path) && !isFolderName()
        ? join(homeFolder, path.slice(1))
        : resolve(workingFolder, path),
  }
}

/** A stream that may be a terminal. */
type Screen = Writable & {
  readonly isTTY?: boolean
  readonly columns?: number
  readonly rows?: number
}
