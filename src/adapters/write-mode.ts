import { statfs } from 'node:fs/promises'
import { thisSystem } from './this-system.ts'

/**
 * A local disk takes bytes about as fast as they are copied, so what is done to files there is done
 * `at-once`, by the one thread that reads them. Where a server may have to be waited for, another thread
 * does it, and this one can still be interrupted.
 */
export type WriteMode = 'at-once' | 'apart'

/** How to write into folders, asked once for each. */
export interface WriteModes {
  in(folder: string): WriteMode | Promise<WriteMode>
}

/** Folders that are remembered; the items of a list mostly come folder by folder. */
const mostFolders = 1000

/** File systems behind a network or a process, by the numbers of Linux's statfs(2). */
const REMOTE = new Set([
  0x69_69, // NFS
  0x51_7b, // SMB
  0xff_53_4d_42, // CIFS
  0xfe_53_4d_42, // SMB 2
  0x65_73_55_46, // FUSE
  0x01_02_19_97, // 9P
  0x53_46_41_4f, // AFS
  0x00_c3_64_00, // Ceph
  0x0b_d0_0b_d0, // Lustre
  0x47_50_46_53, // GPFS
  0x19_83_03_26, // BeeGFS
  0xaa_d7_aa_ea, // PanFS
  0x01_16_19_70, // GFS2
  0x74_61_6f_63, // OCFS2
])

/** Makes the question; where the system does not know, nothing is waited for by the one thread. */
export function createWriteModes(): WriteModes {
  const known = new Map<string, WriteMode>()
  const ask = async (folder: string): Promise<WriteMode> => {
    const mode = await askFor(folder)
    // A folder that is not there yet may be asked about before it is made.
    if (mode === undefined) return 'apart'
    if (known.size >= mostFolders) known.clear()
    known.set(folder, mode)
    return mode
  }
  return { in: (folder) => known.get(folder) ?? ask(folder) }
}

async function askFor(folder: string): Promise<WriteMode | undefined> {
  try {
    const { type } = await statfs(folder)
    // The number may come signed.
    return thisSystem === 'linux' && !REMOTE.has(type >>> 0) ? 'at-once' : 'apart'
  } catch {
    // What is done there will tell what is wrong.
    return undefined
  }
}
