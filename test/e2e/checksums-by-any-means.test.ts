/** Checksums are computed in the fastest way that the machine has; each way has to find the same. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { CRC_OF_NOTHING } from '../../src/core/crc.ts'
import { crcToHex } from '../../src/transfer/digests.ts'
import { continueFastCrc } from '../../src/transfer/fast-crc.ts'
import { generated } from '../support/test-bytes.ts'
import { makeBench, type BenchObject } from './support/bench.ts'
import { runLimited, type LimitedRun } from './support/limited-run.ts'
import { failureOf } from './support/reported-failure.ts'

const IN_PARTS = ['-threshold=2MB', '-ps=1MB']

const MEANS: readonly (readonly [what: string, run: Omit<LimitedRun, 'taskId'>])[] = [
  ['with all that there is', {}],
  // WebAssembly reserves twelve gigabytes of addresses for each of its memories.
  ['where the shell allows only so many addresses', { limit: 'ulimit -v 6000000' }],
  ['where there is no WebAssembly at all', { nodeFlags: ['--jitless'] }],
  ...(process.arch === 'x64'
    ? ([
        ['on a processor without SSE 4', { nodeFlags: ['--no-enable-sse4-1'] }],
      ] satisfies typeof MEANS)
    : []),
]

for (const [what, run] of MEANS) {
  const skip = run.limit !== undefined && process.platform !== 'linux' && 'a limit of Linux'
  test(`checksums are right, ${what}`, { skip }, async (t) => {
    const bench = await makeBench(t)
    const right = [
      object('small', 300_000, 'crc64ecma'),
      object('large', 5_000_003, 'crc64ecma'),
      object('large-crc32', 5_000_003, 'crc32'),
    ]
    const small = wrong(object('small-wrong', 300_001, 'crc64ecma'))
    const large = wrong(object('large-wrong', 5_000_001, 'crc64ecma'))
    const taskId = await bench.listObjects(...right, small, large)

    assert.equal(await runLimited(t, bench, { ...run, taskId, flags: IN_PARTS }), 8)

    await bench.assertArrived(...right)
    for (const { key } of [small, large]) {
      assert.match((await failureOf(bench, key)).message, /crc64ecma/i)
    }
  })
}

function object(key: string, lengthBytes: number, kind: 'crc32' | 'crc64ecma'): BenchObject {
  const body = generated(lengthBytes, lengthBytes % 250)
  const crc = continueFastCrc(kind, CRC_OF_NOTHING, body.read({ start: 0, end: lengthBytes }))
  if (kind === 'crc64ecma') return { key, body, headers: { 'x-obs-hash-crc64ecma': String(crc) } }
  const base64 = Buffer.from(crcToHex(kind, crc), 'hex').toString('base64')
  const headers = { 'x-amz-checksum-crc32': base64, 'x-amz-checksum-type': 'FULL_OBJECT' }
  return { key, body, headers }
}

/** Another object's sum. */
function wrong(sent: BenchObject): BenchObject {
  return { ...sent, headers: { 'x-obs-hash-crc64ecma': '1' } }
}
