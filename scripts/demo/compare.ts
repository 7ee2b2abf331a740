import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { messageOf } from '../../src/core/errors.ts'
import { sha256Of } from '../../test/support/test-bytes.ts'
import { destinationOf } from './folder.ts'
import type { DemoObject } from './objects.ts'

/**
 * Compares every downloaded file with what was uploaded, by size and SHA-256. Returns one line for
 * each that is missing or differs.
 */
export async function findDifferences(
  objects: readonly DemoObject[],
  target: string,
): Promise<string[]> {
  const differences: string[] = []
  for (const object of objects) {
    const difference = await findDifference(object, destinationOf(object, target))
    if (difference !== undefined) differences.push(`${object.key}: ${difference}`)
  }
  return differences
}

async function findDifference({ source }: DemoObject, path: string): Promise<string | undefined> {
  try {
    const { size } = await stat(path)
    if (size !== source.sizeBytes) return `${size} bytes, ${source.sizeBytes} were uploaded`
    const hash = createHash('sha256')
    await pipeline(createReadStream(path), hash)
    return hash.digest('hex') === sha256Of(source) ? undefined : 'not the bytes that were uploaded'
  } catch (error) {
    return messageOf(error)
  }
}
