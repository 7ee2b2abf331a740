import type { FileSystemPlace } from './planned-item.ts'

/** Looks at the disk for a plan. Nothing is written; trouble rejects with an `ItemError`. */
export interface DiskLooks {
  /**
   * The file system where a file of this path would lie. Rejects where the run could not make the
   * folder, or could not write into it.
   */
  placeOfFile(path: string): Promise<FileSystemPlace>
  /** Rejects where the run could not make the folder of a folder item; one that is there is made already. */
  assertFolder(path: string): Promise<void>
  /** What is at the path itself, links not followed; undefined where nothing is. */
  lookAt(path: string): Promise<FoundOnDisk | undefined>
  /** Rejects where no lock and no part record could be written. */
  assertRecordsWritable(): Promise<void>
}

interface FoundOnDisk {
  /** Of a link, the size of the file that it leads to. */
  readonly sizeBytes: number
  /** Room that deleting it gives back. */
  readonly freedBytes: number
}
