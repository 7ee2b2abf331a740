import { randomUUID } from 'node:crypto'
import { env } from 'node:process'
import {
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
  type CompletedPart,
} from '@aws-sdk/client-s3'
import { steps, type ByteSource } from '../support/test-bytes.ts'

/** Where the real store listens, and the one user that it knows. */
export interface Account {
  readonly endpoint: string
  readonly ak: string
  readonly sk: string
}

/** An object to lay into a bucket. */
export interface StoredObject {
  readonly key: string
  readonly content: ByteSource
  readonly metadata?: Readonly<Record<string, string>>
}

/** What `scripts/real-s3.sh start` printed, as the runner hands it on in REAL_S3. */
export function findAccount(): Account {
  const [, endpoint, ak, sk] = /^ENDPOINT=(\S+) AK=(\S+) SK=(\S+)$/.exec(env['REAL_S3'] ?? '') ?? []
  if (endpoint === undefined || ak === undefined || sk === undefined) {
    throw new Error('no real store: start these tests with `npm run test:real`')
  }
  return { endpoint, ak, sk }
}

/** Makes a bucket of its own for one test, with these objects, and returns its name. */
export async function makeBucket(objects: readonly StoredObject[] = []): Promise<string> {
  const bucket = `b-${randomUUID()}`
  await client().send(new CreateBucketCommand({ Bucket: bucket }))
  for (const object of objects) await putObject(bucket, object)
  return bucket
}

/** From here on the bucket keeps every version, and a deletion leaves a marker. */
export async function keepVersions(bucket: string): Promise<void> {
  const VersioningConfiguration = { Status: 'Enabled' } as const
  await client().send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration }))
}

/** Uploads in one request; returns the version id that the store gave, '' where it keeps none. */
export async function putObject(bucket: string, object: StoredObject): Promise<string> {
  const { VersionId = '' } = await client().send(
    new PutObjectCommand({
      Bucket: bucket,
      Key: object.key,
      Body: object.content.read({ start: 0, end: object.content.sizeBytes }),
      ...(object.metadata && { Metadata: { ...object.metadata } }),
    }),
  )
  return VersionId
}

/** Uploads in parts of 5 MiB, after which the ETag is no MD5 of the object: `<32 hex digits>-<n>`. */
export async function putObjectInParts(bucket: string, object: StoredObject): Promise<void> {
  const name = { Bucket: bucket, Key: object.key }
  const { UploadId } = await client().send(new CreateMultipartUploadCommand(name))
  const parts: CompletedPart[] = []
  for (const range of steps({ start: 0, end: object.content.sizeBytes }, UPLOAD_PART_BYTES)) {
    const part = { ...name, UploadId, PartNumber: parts.length + 1 }
    const Body = object.content.read(range)
    const { ETag } = await client().send(new UploadPartCommand({ ...part, Body }))
    parts.push({ PartNumber: part.PartNumber, ETag })
  }
  const MultipartUpload = { Parts: parts }
  await client().send(new CompleteMultipartUploadCommand({ ...name, UploadId, MultipartUpload }))
}

/** Deletes the latest version. */
export async function deleteObject(bucket: string, key: string): Promise<void> {
  await client().send(new DeleteObjectCommand({ Bucket: bucket, Key: key }))
}

/** The smallest part that S3 takes, but for the last. */
const UPLOAD_PART_BYTES = 5 * 1024 * 1024

let connected: S3Client | undefined

function client(): S3Client {
  const { endpoint, ak, sk } = findAccount()
  connected ??= new S3Client({
    endpoint,
    // With any other region the SDK asks for a bucket located there, which the gateway refuses.
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: { accessKeyId: ak, secretAccessKey: sk },
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  })
  return connected
}
