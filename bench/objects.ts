import { createHash, randomFillSync } from 'node:crypto'
import { mkdir, open } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Stage } from './stage.ts'

/** An object in the store. */
export interface BenchObject {
  readonly key: string
  readonly sizeBytes: number
}

const pieceBytes = 8 * 1024 * 1024

/** Puts one object of random bytes into the store and returns its MD5. */
export async function putObject(stage: Stage, { key, sizeBytes }: BenchObject): Promise<string> {
  const path = join(stage.bucketFolder, key)
  await mkdir(dirname(path), { recursive: true })
  const file = await open(path, 'w')
  const md5 = createHash('md5')
  try {
    for (let left = sizeBytes; left > 0;) {
      const piece = randomFillSync(Buffer.alloc(Math.min(left, pieceBytes)))
      md5.update(piece)
      await file.writeFile(piece)
      left -= piece.length
    }
  } finally {
    await file.close()
  }
  return md5.digest('hex')
}

/** Puts many small objects into the store, two hundred a folder. */
export async function putObjects(
  stage: Stage,
  { prefix, count, sizeBytes }: { prefix: string; count: number; sizeBytes: number },
): Promise<readonly BenchObject[]> {
  const objects = Array.from({ length: count }, (_, at) => {
    return { key: `${prefix}/${Math.floor(at / 200)}/${at}.bin`, sizeBytes }
  })
  for (const object of objects) await putObject(stage, object)
  return objects
}
