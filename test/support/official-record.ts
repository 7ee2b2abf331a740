import { createHash } from 'node:crypto'

/** A download as the official tool records it; offsets as everywhere here, the end not included. */
export interface OfficialRecordText {
  readonly bucket: string
  readonly key: string
  /** '' or absent: the latest version. */
  readonly versionId?: string
  readonly destination: string
  readonly sizeBytes: number
  /** As the store sends it, quotes and all. */
  readonly etag: string
  readonly lastModifiedSeconds: number
  readonly tempFile: string
  readonly parts: readonly {
    readonly start: number
    readonly end: number
    readonly complete: boolean
  }[]
}

/** The record the way Go's encoder writes it: one line, without a line feed. */
export function formatOfficialRecord(record: OfficialRecordText): string {
  const parts = record.parts.map(({ start, end, complete }, index) =>
    element('DownloadPart', [
      element('PartNumber', `${index + 1}`),
      element('RangeStart', `${start}`),
      element('RangeEnd', `${end - 1}`),
      element('IsCompleted', `${complete}`),
    ]),
  )
  return element('DownloadFileCheckpoint', [
    element('Bucket', escape(record.bucket)),
    element('Key', escape(record.key)),
    element('VersionId', escape(record.versionId ?? '')),
    element('FileUrl', escape(record.destination)),
    element('ObjectInfo', [
      element('LastModified', `${record.lastModifiedSeconds}`),
      element('Size', `${record.sizeBytes}`),
      element('ETag', escape(record.etag)),
    ]),
    element('TempFileInfo', [
      element('TempFileUrl', escape(record.tempFile)),
      element('Size', `${record.sizeBytes}`),
    ]),
    element('DownloadParts', parts),
  ])
}

/** The name of the file that holds an object's record. */
export function officialRecordFile(bucket: string, key: string): string {
  return `${createHash('md5').update(`${bucket}_${key}`).digest('hex')}.txt`
}

function element(name: string, content: string | readonly string[]): string {
  return `<${name}>${typeof content === 'string' ? content : content.join('')}</${name}>`
}

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&#34;',
  "'": '&#39;',
  '\t': '&#x9;',
  '\n': '&#xA;',
  '\r': '&#xD;',
}

function escape(text: string): string {
  return text.replaceAll(/[&<>"'\t\n\r]/g, (character) => escapes[character] ?? character)
}
