import type { ByteRange } from './byte-range.ts'

/** What a part record says of its download in the first line. */
export interface PartHeader {
  readonly bucket: string
  readonly key: string
  readonly versionId: string | undefined
  readonly destination: string
  readonly sizeBytes: number
  readonly etag: string
  readonly lastModifiedMs: number
  readonly tempFile: string
  readonly partSizeBytes: number
}

/** A range whose bytes were written, with the CRC-32 of those bytes. */
export interface ProvenRange extends ByteRange {
  /** Part number, from 1, as planned when it was fetched. */
  readonly part: number
  readonly crc32: number
}
