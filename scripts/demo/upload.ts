import { devNull } from 'node:os'
import { Readable } from 'node:stream'
import pLimit from 'p-limit'
import { steps, type ByteSource } from '../../test/support/test-bytes.ts'
import type { DemoObject } from './objects.ts'
import { bucket, credentials } from './store.ts'

const uploadsAtATime = 8
const chunkBytes = 1024 * 1024

/** Puts the objects into the store's bucket; rejects with the first trouble. */
export async function upload(objects: readonly DemoObject[], url: string): Promise<void> {
  const { PutObjectCommand, S3Client } = await loadSdk()
  const client = new S3Client({
    endpoint: url,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials,
    // s3rver would store the checksum that the SDK sends behind the bytes along with them.
    requestChecksumCalculation: 'WHEN_REQUIRED',
  })
  const limit = pLimit(uploadsAtATime)
  try {
    await limit.map(objects, ({ key, source }) =>
      client.send(
        new PutObjectCommand({
          Bucket: bucket,
          Key: key,
          Body: bodyOf(source),
          ContentLength: source.sizeBytes,
        }),
      ),
    )
  } finally {
    client.destroy()
  }
}

/** The SDK without its word about the next Node.js, and without a look at the visitor's ~/.aws. */
async function loadSdk() {
  // oxlint-disable-next-line node/no-process-env -- it can be told in no other way
  Object.assign(process.env, {
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
  })
  return import('@aws-sdk/client-s3')
}

/** Made while it is sent: the large objects never lie in memory. */
function bodyOf(source: ByteSource): Uint8Array | Readable {
  const whole = { start: 0, end: source.sizeBytes }
  if (source.sizeBytes <= chunkBytes) return source.read(whole)
  return Readable.from(
    (function* () {
      for (const step of steps(whole, chunkBytes)) yield source.read(step)
    })(),
  )
}
