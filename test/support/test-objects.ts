import { createHash } from 'node:crypto'
import { literal, md5Of, slice, type ByteSource } from './test-bytes.ts'

/** An object as a test describes it. */
export interface TestObject {
  readonly bucket: string
  readonly key: string
  readonly body: string | Uint8Array | ByteSource
  /** As sent, quotes and all. Default: the MD5 of text or bytes, else one like that of a multipart upload. */
  readonly etag?: string
  readonly lastModified?: Date
  /** Versions of one key lie beside each other; the one put last is the latest. */
  readonly versionId?: string
  /** More response headers, sent in the case given: `x-obs-meta-…`, `Content-Encoding`. */
  readonly headers?: Readonly<Record<string, string>>
}

/** An object as the server keeps it; never changed, only replaced. */
export interface StoredObject {
  readonly body: ByteSource
  readonly etag: string
  readonly lastModified: Date
  readonly versionId: string | undefined
  readonly headers: Readonly<Record<string, string>>
}

/** What names an object. */
interface ObjectName {
  readonly bucket: string
  readonly key: string
  readonly versionId?: string | undefined
}

/** What a look into a bucket finds. */
type Found =
  | { readonly kind: 'object'; readonly object: StoredObject }
  | { readonly kind: 'no-bucket' | 'no-key' | 'no-version' }

/** Buckets of objects. */
export interface Shelf {
  /** Adds an object, makes its bucket, and replaces the version of the same name. */
  put(object: TestObject): StoredObject
  /** Removes one version, or without a version id all of them; the bucket stays. */
  remove(name: ObjectName): void
  hasBucket(bucket: string): boolean
  /** The version asked for, or the latest. */
  find(name: ObjectName): Found
}

/** When an object was last modified, where a test does not say. */
const DEFAULT_LAST_MODIFIED = new Date('2024-01-02T03:04:05Z')

/** An empty shelf without buckets. */
export function createShelf(): Shelf {
  const buckets = new Map<string, Map<string, readonly StoredObject[]>>()

  return {
    put(object) {
      const stored = store(object)
      const bucket = buckets.get(object.bucket) ?? new Map<string, readonly StoredObject[]>()
      const others = (bucket.get(object.key) ?? []).filter(differsFrom(stored.versionId))
      bucket.set(object.key, [...others, stored])
      buckets.set(object.bucket, bucket)
      return stored
    },
    remove(name) {
      const bucket = buckets.get(name.bucket)
      const rest = bucket?.get(name.key)?.filter(differsFrom(name.versionId)) ?? []
      if (name.versionId === undefined || rest.length === 0) bucket?.delete(name.key)
      else bucket?.set(name.key, rest)
    },
    hasBucket: (bucket) => buckets.has(bucket),
    find(name) {
      const bucket = buckets.get(name.bucket)
      if (bucket === undefined) return { kind: 'no-bucket' }
      const versions = bucket.get(name.key)
      if (versions === undefined) return { kind: 'no-key' }
      const object =
        name.versionId === undefined
          ? versions.at(-1)
          : versions.find((version) => version.versionId === name.versionId)
      return object === undefined ? { kind: 'no-version' } : { kind: 'object', object }
    },
  }
}

function store(object: TestObject): StoredObject {
  const { body } = object
  const isPlain = typeof body === 'string' || body instanceof Uint8Array
  const source = isPlain ? literal(body) : body
  return {
    body: source,
    etag: object.etag ?? `"${isPlain ? md5Of(source) : multipartEtag(source)}"`,
    lastModified: object.lastModified ?? DEFAULT_LAST_MODIFIED,
    versionId: object.versionId,
    headers: object.headers ?? {},
  }
}

/** Differs with size and content, yet reads only the beginning: an object may have many gigabytes. */
function multipartEtag(source: ByteSource): string {
  const beginning = slice(source, { start: 0, end: Math.min(source.sizeBytes, 1024) })
  return `${createHash('md5')
    .update(`${source.sizeBytes} ${md5Of(beginning)}`)
    .digest('hex')}-2`
}

function differsFrom(versionId: string | undefined): (object: StoredObject) => boolean {
  return (object) => object.versionId !== versionId
}
