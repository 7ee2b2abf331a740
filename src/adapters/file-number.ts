import { lstat, type FileHandle } from 'node:fs/promises'
import type { System } from '../core/system.ts'
import { thisSystem } from './this-system.ts'

/**
 * What tells one file from another, as long as both are there. Numbers of 64 bits, which Windows and
 * network file systems have, would be rounded into each other were they not asked for as `bigint`.
 */
export interface FileNumber {
  readonly ino: bigint
  readonly dev: bigint
}

/** Whether both are looks at one file. */
export function isSameFile(
  one: FileNumber,
  other: FileNumber,
  system: System = thisSystem,
): boolean {
  if (one.ino !== other.ino) return false
  return one.dev === other.dev || (system === 'win32' && isLikeVolume(one.dev, other.dev))
}

/** Whether the path itself, not a link at it, is a name of the open file. */
export async function isNamed(path: string, handle: FileHandle): Promise<boolean> {
  const [named, held] = await Promise.all([
    lstat(path, { bigint: true }),
    handle.stat({ bigint: true }),
  ])
  return isSameFile(named, held)
}

/**
 * Some Node.js versions for Windows (22.12 to 22.16, 24.0 and 24.1) say of a path either nothing about
 * its volume or 64 bits, and of an open file always the lower 32.
 */
function isLikeVolume(one: bigint, other: bigint): boolean {
  return one === 0n || other === 0n || BigInt.asUintN(32, one) === BigInt.asUintN(32, other)
}
