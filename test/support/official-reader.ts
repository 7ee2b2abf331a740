/** What the official tool makes of one line of a failure list. */
export interface OfficialEntry {
  readonly kind: 'download' | 'upload' | 'copy'
  /** As it stands in the line. */
  readonly source: string
  readonly destination: string
  /** Of the cloud side; of the source where both sides are in the cloud. */
  readonly bucket: string
  readonly key: string
  /** Empty where the line names none. */
  readonly versionId: string
}

/**
 * Reads the text of a failure list the way obsutil 5.1 for Go does, faults included: lines it cannot
 * read are dropped, a comma ends the destination and an arrow the source. What we write must read
 * back through this wherever that is possible.
 */
export function readLikeOfficialTool(text: string): readonly OfficialEntry[] {
  return text
    .split('\n')
    .map((line) => LINE.exec(line.replaceAll(OUTER_SPACE, '')))
    .flatMap((match) => readEntry(match?.[1], match?.[2]) ?? [])
}

/** Go's `.` is any character but the line feed; that of JavaScript stops at three more. */
const LINE = /Z [^\n]*?, ([^\n]+?) --> ([^\n]+?),/
const CLOUD_URL = /obs:\/\/([^\n]+?)\/([^\n]+)/
const VERSION = '?versionId='
/** What Go trims: all that Unicode calls white space. */
const OUTER_SPACE = /^\p{White_Space}+|\p{White_Space}+$/gu

function readEntry(source = '', destination = ''): OfficialEntry | undefined {
  const kind = kindOf(source, destination)
  const [, bucket = '', path = ''] = CLOUD_URL.exec(kind === 'upload' ? destination : source) ?? []
  const isReadable = path !== '' && (kind !== 'copy' || CLOUD_URL.test(destination))
  if (!isReadable) return undefined
  const { key, versionId } = kind === 'upload' ? { key: path, versionId: '' } : splitVersion(path)
  return { kind, source, destination, bucket, key, versionId }
}

function kindOf(source: string, destination: string): OfficialEntry['kind'] {
  if (!source.startsWith('obs://')) return 'upload'
  return destination.startsWith('obs://') ? 'copy' : 'download'
}

/** A key that begins with the mark has no version: nothing would be left of it. */
function splitVersion(path: string): { readonly key: string; readonly versionId: string } {
  const index = path.lastIndexOf(VERSION)
  if (index <= 0) return { key: path, versionId: '' }
  return { key: path.slice(0, index), versionId: path.slice(index + VERSION.length) }
}
