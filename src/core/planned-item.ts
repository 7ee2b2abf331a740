/** What a run would do with one item, as a dry run finds it by looking alone. */
export type PlannedItem = PlannedFolder | PlannedObject

interface PlannedFolder {
  readonly way: 'folder'
}

/** An object that would be fetched. */
export interface PlannedObject {
  readonly way: 'direct' | 'parts'
  readonly sizeBytes: number
  /** Bytes that an earlier run recorded in a temp file that is there; proven only when they are resumed. */
  readonly presentBytes: number
  /** Room on the temp file's file system that a left temp file has already, and need not be had again. */
  readonly heldBytes: number
  /** What stands at the destination now. */
  readonly replaced: ReplacedFile | undefined
  /** Where the destination would lie. */
  readonly target: FileSystemPlace
  /** Where the temp file would lie. */
  readonly temp: FileSystemPlace
}

/** A file that would be replaced. */
interface ReplacedFile {
  readonly sizeBytes: number
  /** Room that its file system has back once it is replaced: none where the file has another name. */
  readonly freedBytes: number
}

/** A file system, by the number of its device and a folder that is on it. */
export interface FileSystemPlace {
  readonly device: number
  readonly folder: string
}
