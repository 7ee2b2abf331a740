import type { ByteRange } from './byte-range.ts'

/**
 * Versions of the format; a record of any other version counts as none. The second one has ranges that
 * only the MD5 of the whole file can prove: who does not know that must not take them for proven.
 */
const versions = { provenByParts: 1, provenByMd5: 2 } as const

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
  /**
   * Set where ranges were taken over from a tool that keeps no checksums: their CRC-32 tells that they
   * did not change since, and only the MD5 of the whole file that they are the object's.
   */
  readonly wholeProof?: 'md5'
}

/** A range whose bytes were written, with the CRC-32 of those bytes. */
export interface ProvenRange extends ByteRange {
  /** Part number, from 1, as planned when it was fetched. */
  readonly part: number
  readonly crc32: number
}

/**
 * The first line of a record, without its line end:
 *
 *     {"version":1,"bucket":…,"key":…,"versionId":…|null,"destination":…,"size":bytes,"etag":…,
 *      "lastModified":ms,"tempFile":…,"partSize":bytes}
 *
 * The version is 2, and `"wholeProof":"md5"` comes last, where the header has a whole proof.
 */
export function formatPartHeader(header: PartHeader): string {
  const { wholeProof } = header
  return JSON.stringify({
    version: wholeProof === undefined ? versions.provenByParts : versions.provenByMd5,
    bucket: header.bucket,
    key: header.key,
    versionId: header.versionId ?? null,
    destination: header.destination,
    size: header.sizeBytes,
    etag: header.etag,
    lastModified: header.lastModifiedMs,
    tempFile: header.tempFile,
    partSize: header.partSizeBytes,
    ...(wholeProof !== undefined && { wholeProof }),
  })
}

/** A line for one range: `{"part":1,"start":0,"end":5242880,"crc32":"0f3a…"}`, `end` not included. */
export function formatProvenRange(range: ProvenRange): string {
  const crc32 = range.crc32.toString(16).padStart(8, '0')
  return JSON.stringify({ part: range.part, start: range.start, end: range.end, crc32 })
}

/** Reads the first line; undefined for another version and for anything that is not a header. */
export function parsePartHeader(line: string): PartHeader | undefined {
  const fields = parseObject(line)
  if (fields === undefined) return undefined
  const wholeProof = parseWholeProof(fields)
  if (wholeProof === undefined) return undefined
  const { versionId, size, lastModified, partSize } = fields
  if (versionId !== null && !isText(versionId)) return undefined
  if (!hasTexts(fields, ['bucket', 'key', 'destination', 'etag', 'tempFile'])) return undefined
  if (!isCount(size) || !isCount(lastModified) || !isCount(partSize)) return undefined
  // No system takes such a path: asking for it would fail this and every later run.
  if (fields.tempFile.includes('\0')) return undefined
  return {
    bucket: fields.bucket,
    key: fields.key,
    destination: fields.destination,
    etag: fields.etag,
    tempFile: fields.tempFile,
    versionId: versionId ?? undefined,
    sizeBytes: size,
    lastModifiedMs: lastModified,
    partSizeBytes: partSize,
    ...wholeProof,
  }
}

/** Reads a line of one range; undefined where it is torn, garbage or outside of the object. */
export function parseProvenRange(line: string, sizeBytes: number): ProvenRange | undefined {
  const fields = parseObject(line)
  if (fields === undefined) return undefined
  const { part, start, end, crc32 } = fields
  if (!isCount(part) || !isCount(start) || !isCount(end)) return undefined
  if (part < 1 || start >= end || end > sizeBytes) return undefined
  if (!isText(crc32) || !/^[0-9a-f]{8}$/.test(crc32)) return undefined
  return { part, start, end, crc32: Number.parseInt(crc32, 16) }
}

/**
 * Orders the ranges by position and drops each that overlaps an earlier one: this tool never
 * fetches a byte twice, so a record that says so is not believed about the second range.
 */
export function withoutOverlaps(ranges: readonly ProvenRange[]): ProvenRange[] {
  const kept: ProvenRange[] = []
  let position = 0
  for (const range of ranges.toSorted((a, b) => a.start - b.start)) {
    if (range.start < position) continue
    kept.push(range)
    position = range.end
  }
  return kept
}

/** Whether a record is about this item, whatever its object was then. */
export function isRecordOf(
  recorded: PartHeader,
  item: Pick<PartHeader, 'bucket' | 'key' | 'versionId' | 'destination'>,
): boolean {
  return (
    recorded.bucket === item.bucket &&
    recorded.key === item.key &&
    recorded.versionId === item.versionId &&
    recorded.destination === item.destination
  )
}

/** Whether a record is about this very download of this very object, wherever its temp file lies. */
export function isSameDownload(recorded: PartHeader, current: PartHeader): boolean {
  return (
    isRecordOf(recorded, current) &&
    recorded.sizeBytes === current.sizeBytes &&
    recorded.etag === current.etag &&
    recorded.etag !== '' &&
    recorded.lastModifiedMs === current.lastModifiedMs
  )
}

/** Each version has its one form; undefined for all others. */
function parseWholeProof(
  fields: Readonly<Record<string, unknown>>,
): Pick<PartHeader, 'wholeProof'> | undefined {
  const { version, wholeProof } = fields
  if (version === versions.provenByParts && wholeProof === undefined) return {}
  if (version === versions.provenByMd5 && wholeProof === 'md5') return { wholeProof }
  return undefined
}

function parseObject(line: string): Record<string, unknown> | undefined {
  // Not worth an exception, for a forged record may have millions of such lines.
  if (!line.startsWith('{')) return undefined
  try {
    const value: unknown = JSON.parse(line)
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
    return { ...value }
  } catch {
    // A torn or foreign line is expected after a crash: it proves nothing, and costs one part.
    return undefined
  }
}

function hasTexts<Name extends string>(
  fields: object,
  names: readonly Name[],
): fields is Record<Name, string> {
  return names.every((name) => isText(Object.getOwnPropertyDescriptor(fields, name)?.value))
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0
}
