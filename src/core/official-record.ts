import type { Item, ObjectSource } from './item.ts'
import type { Part } from './part-plan.ts'

/** What a record of the official tool (5.1) says of a download that it did not finish. */
export interface OfficialRecord {
  readonly bucket: string
  readonly key: string
  readonly versionId: string | undefined
  readonly destination: string
  /** Whole seconds since the epoch. */
  readonly lastModifiedSeconds: number
  readonly sizeBytes: number
  readonly etag: string
  readonly tempFile: string
  /** The parts that it calls complete, in order of position, without overlaps. */
  readonly complete: readonly Part[]
}

/** What the store says of the object now. */
interface CurrentObject {
  readonly sizeBytes: number
  readonly etag: string
  readonly lastModifiedMs: number
}

/** The text whose MD5, in hex, names the official tool's record of an object. */
export function officialRecordName({ bucket, key, versionId }: ObjectSource): string {
  return versionId === undefined ? `${bucket}_${key}` : `${bucket}_${key}_${versionId}`
}

/**
 * Reads a record exactly as the official tool writes it: one line of XML, its elements in their one
 * order, and parts that cover the object from its first byte to its last. Undefined for anything
 * else. There are no declarations, attributes or comments in it, and of entities only those that
 * stand for one character; so the time taken grows with the length of the text and nothing else.
 */
export function parseOfficialRecord(text: string): OfficialRecord | undefined {
  try {
    return readRecord(createReader(text))
  } catch (error) {
    if (error instanceof NotARecord) return undefined
    throw error
  }
}

/** Whether a record is about this very download of the object that the store has now. */
export function isLeftOf(record: OfficialRecord, item: Item, object: CurrentObject): boolean {
  return (
    record.bucket === item.bucket &&
    record.key === item.key &&
    record.versionId === item.versionId &&
    record.destination === item.destination &&
    record.sizeBytes === object.sizeBytes &&
    record.etag === object.etag &&
    record.lastModifiedSeconds === Math.floor(object.lastModifiedMs / 1000)
  )
}

function readRecord(reader: Reader): OfficialRecord {
  reader.expect('<DownloadFileCheckpoint>')
  const bucket = reader.element('Bucket')
  const key = reader.element('Key')
  const versionId = reader.sees('<VersionId>') ? reader.element('VersionId') : ''
  const destination = reader.element('FileUrl')
  reader.expect('<ObjectInfo>')
  const lastModifiedSeconds = countOf(reader.element('LastModified'))
  const sizeBytes = countOf(reader.element('Size'))
  const etag = reader.element('ETag')
  reader.expect('</ObjectInfo><TempFileInfo>')
  const tempFile = reader.element('TempFileUrl')
  if (countOf(reader.element('Size')) !== sizeBytes) throw new NotARecord()
  reader.expect('</TempFileInfo><DownloadParts>')
  const complete = readParts(reader, sizeBytes)
  reader.expect('</DownloadParts></DownloadFileCheckpoint>')
  reader.expectEnd()
  return {
    bucket,
    key,
    versionId: versionId === '' ? undefined : versionId,
    destination,
    lastModifiedSeconds,
    sizeBytes,
    etag,
    tempFile,
    complete,
  }
}

/** The parts must be those of one plan; a record that was tampered with is not guessed at. */
function readParts(reader: Reader, sizeBytes: number): Part[] {
  const complete: Part[] = []
  let start = 0
  for (let part = 1; reader.sees('<DownloadPart>'); part += 1) {
    reader.expect('<DownloadPart>')
    reader.expect(`<PartNumber>${part}</PartNumber><RangeStart>${start}</RangeStart>`)
    const end = countOf(reader.element('RangeEnd')) + 1
    if (end <= start || end > sizeBytes) throw new NotARecord()
    const state = reader.element('IsCompleted')
    if (state === 'true') complete.push({ part, start, end })
    else if (state !== 'false') throw new NotARecord()
    reader.expect('</DownloadPart>')
    start = end
  }
  if (start !== sizeBytes) throw new NotARecord()
  return complete
}

/** Thrown inside of this file only. */
class NotARecord extends Error {}

interface Reader {
  /** Goes over exactly this text. */
  expect(literal: string): void
  expectEnd(): void
  sees(literal: string): boolean
  /** Goes over an element that has only text, and returns that. */
  element(name: string): string
}

function createReader(text: string): Reader {
  let at = 0
  const reader: Reader = {
    expect(literal) {
      if (!reader.sees(literal)) throw new NotARecord()
      at += literal.length
    },
    expectEnd() {
      if (at !== text.length) throw new NotARecord()
    },
    sees: (literal) => text.startsWith(literal, at),
    element(name) {
      reader.expect(`<${name}>`)
      const end = text.indexOf('<', at)
      if (end === -1) throw new NotARecord()
      const content = decodeText(text.slice(at, end))
      at = end
      reader.expect(`</${name}>`)
      return content
    },
  }
  return reader
}

/** All that the official tool escapes, and how. */
const characters = new Map([
  ['&amp;', '&'],
  ['&lt;', '<'],
  ['&gt;', '>'],
  ['&#34;', '"'],
  ['&#39;', "'"],
  ['&#x9;', '\t'],
  ['&#xA;', '\n'],
  ['&#xD;', '\r'],
])

function decodeText(text: string): string {
  return text.replaceAll(/&[#\w]{0,4};?/g, (entity) => {
    const character = characters.get(entity)
    if (character === undefined) throw new NotARecord()
    return character
  })
}

function countOf(text: string): number {
  const count = Number(text)
  if (!/^(?:0|[1-9]\d{0,15})$/.test(text) || !Number.isSafeInteger(count)) throw new NotARecord()
  return count
}
