/**
 * What the transfer engine and the app need from the outside. Adapters implement these; `main.ts`
 * introduces the two sides to each other. Times are milliseconds, sizes bytes, ranges `[start, end)`.
 */
import type { Soon } from './and-then.ts'
import type { ByteRange } from './byte-range.ts'
import type { StoreChecksum } from './checksums.ts'
import type { Item, ObjectSource } from './item.ts'
import type { Outcome } from './outcome.ts'
import type { PartHeader, ProvenRange } from './part-record.ts'

/** What the store says of an object, from a HEAD or from the head of a GET. */
export interface ObjectHead {
  /** Size of the whole object, also where only a range of it was asked for. */
  readonly sizeBytes: number
  readonly etag: string
  readonly lastModifiedMs: number
  /** The `md5chksum` user metadata as it stands, or undefined. */
  readonly userMd5: string | undefined
  /** Of the whole object; none where a range was asked for. */
  readonly checksums: readonly StoreChecksum[]
  /** Whether it is kept in an archive, and may have to be restored before it can be read. */
  readonly isArchived?: boolean
  readonly status: number
  readonly requestId: string
}

export interface GetRequest {
  readonly source: ObjectSource
  /** Absent: the whole object. */
  readonly range?: ByteRange
  /** Sent as If-Match; an object that changed answers 412. */
  readonly ifMatch?: string | undefined
}

/**
 * Takes the body of a GET. `begin` comes once, before any byte. `write` gets the bytes in order and
 * may keep a chunk only until it returns or its promise settles. A throw in either ends the
 * request and comes back unchanged as the rejection of `get`.
 */
interface BodySink {
  begin(head: ObjectHead): Soon
  write(chunk: Uint8Array): Soon
}

/**
 * The store. Makes one attempt, never retries, and rejects with an `ItemError`. `get` resolves only
 * when exactly the bytes asked for were given to the sink: a short, long or wrongly ranged answer
 * is an error.
 */
export interface ObjectStore {
  head(source: ObjectSource, signal: AbortSignal): Promise<ObjectHead>
  get(request: GetRequest, sink: BodySink, signal: AbortSignal): Promise<void>
}

/** An open temp file. Only `publish` makes a destination visible. */
export interface TempFile {
  readonly path: string
  /** By which it can be read as long as it is open. */
  readonly descriptor: number
  /** Writes all of the chunk at the byte position; throws or rejects where that cannot be done. */
  write(chunk: Uint8Array, position: number): Soon
  /**
   * Gives the bytes of the range as they stand on disk, in order; a chunk stands only until `take`
   * returns. Resolves with how many they were: fewer where the file is shorter.
   */
  read(range: ByteRange, take: (chunk: Uint8Array) => void, signal: AbortSignal): Promise<number>
  /** Length in bytes, from the file system. */
  size(): Promise<number>
  /** Returns once the bytes written so far are on disk. */
  sync(): Promise<void>
  /**
   * Renames the file into place, whole, with the mode of a new file, and closes it; where durability
   * was asked for, its bytes are on disk before that. Once the file is in place nothing rejects any more.
   */
  publish(destination: string, signal: AbortSignal): Promise<void>
  /** Closes the file and leaves it for a later run. */
  close(): Promise<void>
  /** Closes and deletes the file, if it still is the one at its path and was not published. */
  discard(): Promise<void>
}

/** A temp file that an earlier run left; room is kept for what it misses, as far as that is known. */
export interface ResumedTemp extends TempFile {
  /**
   * Keeps room for the bytes that are missing, and for the copy of the whole where one will be
   * needed on the target's own file system; makes missing parents. Throws where there is none.
   */
  claimRoom(missingBytes: number): Promise<void>
  /** Keeps room for bytes that were thought to be there. Throws where there is none. */
  claimMore(bytes: number): Promise<void>
}

/** Where a finished object goes. */
export interface Placement {
  /** The path that will be renamed onto; differs from the item's where that is a directory. */
  readonly target: string
  /** Temp file of a direct download, always beside the target. */
  readonly directTemp: string
}

/** The local side: destinations and temp files. Rejects with an `ItemError` for one item's trouble. */
export interface Disk {
  /** Looks at the destination and says where things go; makes no folder, writes nothing. */
  place(item: Item): Promise<Placement>
  /**
   * Makes missing parents, and names the target by what it is rather than by its path: two paths of one
   * file, through a link or by another case, have the same name.
   */
  identify(placement: Placement): Promise<string>
  /** Size and time of what is at the path now; undefined where nothing is. */
  stat(
    path: string,
  ): Promise<{ readonly sizeBytes: number; readonly modifiedMs: number } | undefined>
  isFolder(path: string): Promise<boolean>
  /** Makes the directory of a folder item. */
  makeFolder(path: string): Promise<void>
  /** A new empty temp file in place of one that an earlier run may have left; makes missing parents. */
  createTemp(path: string): Promise<TempFile>
  /** Where the temp file of a download in parts belongs: in the temp folder, or beside the target. */
  choosePartsTemp(placement: Placement): Promise<string>
  /**
   * Makes the temp file of a download in parts there, of the object's full size, once there is room for
   * it and for a copy where one will be needed; makes missing parents.
   */
  createPartsTemp(path: string, placement: Placement, sizeBytes: number): Promise<TempFile>
  /**
   * A temp file that an earlier run's record names; undefined unless it bears this download's own
   * name and is a plain file of exactly this size.
   */
  openPartsTemp(
    path: string,
    placement: Placement,
    sizeBytes: number,
  ): Promise<ResumedTemp | undefined>
  /**
   * Deletes the temp files that earlier runs may have left for this download: where this run would
   * put one, and where the record says one is, if that bears the download's own name.
   */
  removeTemps(placement: Placement, recorded: string | undefined): Promise<void>
}

/** The part record of one download, open for appending. */
export interface PartRecord {
  append(range: ProvenRange): Promise<void>
  /** Puts these ranges in place of all that it had; what is appended from now on comes after them. */
  rewrite(ranges: readonly ProvenRange[]): Promise<void>
  close(): Promise<void>
  /** Closes and deletes the record. */
  remove(): Promise<void>
}

/** Part records by the item's id. */
export interface PartRecords {
  /** Whether an earlier run left a record for this item. */
  has(id: string): boolean
  /** What an earlier run recorded; undefined where nothing of it can be read. */
  load(id: string): Promise<RecordedParts | undefined>
  /** Puts a record with these ranges in place of what was there, and keeps it open. */
  create(id: string, header: PartHeader, ranges: readonly ProvenRange[]): Promise<PartRecord>
  remove(id: string): Promise<void>
}

/** A part record as it was read: ordered by position, without overlaps, not yet compared to bytes. */
export interface RecordedParts {
  readonly header: PartHeader
  readonly ranges: readonly ProvenRange[]
}

/** Keeps two runs from working on one destination at once. */
export interface DownloadLocks {
  /** Takes the lock or throws an `ItemError` that names the other run; never waits. */
  acquire(destination: string): Promise<{ readonly release: () => Promise<void> }>
}

/** Stable names of an item's files. */
export interface ItemIds {
  /** 64 hex digits: SHA-256 over bucket, key, version and destination. */
  idOf(item: Item): string
}

/** Time, waiting and chance, so that the engine has none of its own. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
  /** Resolves after the delay; rejects with the signal's reason when that is aborted first. */
  sleep(delayMs: number, signal: AbortSignal): Promise<void>
  /** A number in [0, 1). */
  random(): number
}

/** A large object on its way. It is asked only when it is shown, so that its bytes cost nothing more. */
export interface ObjectOnItsWay {
  readonly name: string
  readonly sizeBytes: number
  /** Bytes that this run fetched of it. */
  readonly fetchedBytes: number
  /** Bytes that are there: those, and what an earlier run left. */
  readonly presentBytes: number
}

/** How far the run is. Bytes count once: what is fetched again is taken back first. */
export interface Progress {
  /** An item will be done; its size in bytes as far as known. */
  itemAdded(sizeBytes: number): void
  /** A size turned out to be another one. */
  sizeCorrected(byBytes: number): void
  bytesArrived(count: number): void
  /** Bytes that were counted and thrown away again. */
  bytesLost(count: number): void
  /** Bytes that an earlier run had fetched and that are proven to be there. */
  bytesFound(count: number): void
  /** Nothing more is wanted of the item. */
  itemDone(): void
  /** The item is over, and so many bytes of it will not come. */
  itemFailed(missingBytes: number): void
  /** There are no more items than those that were added. */
  allAdded(): void
  /** A large object is being fetched from now on, until the function that is returned is called. */
  objectStarted(object: ObjectOnItsWay): () => void
}

/** The new lists of a run. */
export interface Reports {
  /** Resolves once the line is handed to the operating system. */
  add(outcome: Outcome): Promise<void>
  warn(warning: Warning): Promise<void>
  /** Lines are no longer gathered for a while: from now on somebody waits for each. */
  hurry(): void
}

/** A line of the warning list: about an item, or text that stands by itself. */
export type Warning =
  | {
      readonly kind: 'item'
      readonly item: Item
      readonly sizeBytes: number | undefined
      readonly message: string
    }
  | { readonly kind: 'line'; readonly text: string }

/** The tool's own log. Texts hold no secret. */
export interface Log {
  debug(text: string): void
  info(text: string): void
  warn(text: string): void
  error(text: string): void
}
