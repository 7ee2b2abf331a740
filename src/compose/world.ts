import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
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

/** What paths of this run depend on. */
export function pathSurroundings(world: World): PathSurroundings {
  return {
    home: world.homeFolder,
    resolvePath: (path) => resolve(world.workingFolder, expandHome(path, world)),
  }
}

/**
 * Behind `-o=` and in a configuration no shell makes `~` the home folder, so that is done here. But the
 * official tool takes it for a name, and what it left there, in a folder called `~`, is found. Any other path
 * is returned as it is.
 */
export function expandHome(path: string, { homeFolder, workingFolder }: World): string {
  if (!/^~(?:\/|$)/.test(path) || existsSync(resolve(workingFolder, path))) return path
  return resolve(workingFolder, homeFolder, path.slice(2))
}

/** A stream that may be a terminal. */
type Screen = Writable & {
  readonly isTTY?: boolean
  readonly columns?: number
  readonly rows?: number
}
