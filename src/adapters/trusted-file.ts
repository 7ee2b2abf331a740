import type { Stats } from 'node:fs'
import { lstat, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { thisPlatform } from './this-system.ts'

/** Why a file must not be believed. */
export type Distrust = 'writable' | 'planted'

/**
 * Why what the file says must not be believed: anybody may write to it, or a stranger has put it, or
 * the link to it, into a folder where anybody may, as /tmp is. Undefined where neither is so, and on
 * Windows, which has no such modes.
 */
export async function findDistrust(path: string, { mode }: Stats): Promise<Distrust | undefined> {
  if (thisPlatform === 'win32') return undefined
  if ((mode & OTHERS_MAY_WRITE) !== 0) return 'writable'
  return (await isPlanted(path)) ? 'planted' : undefined
}

const OTHERS_MAY_WRITE = 0o002

async function isPlanted(path: string): Promise<boolean> {
  const folder = await stat(dirname(path))
  if ((folder.mode & OTHERS_MAY_WRITE) === 0) return false
  const { uid } = await lstat(path)
  return ![0, folder.uid, process.geteuid?.()].includes(uid)
}
