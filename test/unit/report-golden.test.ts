import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import type { Item } from '../../src/core/item.ts'
import type { Failed } from '../../src/core/outcome.ts'
import {
  formatFailedLine,
  formatSucceedLine,
  formatWarningLine,
  type LineContext,
} from '../../src/core/report-format.ts'

function failed(of: Partial<Failed> & { readonly item: Item }): Failed {
  const answer = { sizeBytes: 14, costMs: 4, status: 403, requestId: 'R5' }
  return { kind: 'failed', code: 'AccessDenied', message: 'Access Denied', ...answer, ...of }
}

/** The lines of a captured list; the scenario and the beginning of the name say which. */
const CAPTURED = {
  faults:
    'b1-recover-stillfault/cp_failed_report_20261122185601_0835d902-9586-4faf-8697-5e3d8c1e136e.txt',
  names: 'w2-recover/cp_failed_report_20261122185814_b833c623-d564-4e5c-a297-713b79bf9433.txt',
  aborted: 'e-abort401/cp_failed_report_20261122190239_d4a0292f-3e4e-4816-afce-bd005081a651.txt',
  version: 'd-version/cp_failed_report_20261122190235_3481fad1-ba69-4d38-a42d-aa05b249f831.txt',
  succeed: 'c-vmd5-mixed/cp_succeed_report_20261122185625_b27039f8-d4fe-4fa7-a254-76da2fe4fc7e.txt',
  unchanged:
    'c-update-mixed/cp_succeed_report_20261122185626_c7be818f-5776-4a9c-9fc8-ec94dc524b4e.txt',
  dryRun: 'k-dryu/cp_succeed_report_20261122190620_67ed5571-a2a8-4582-8444-690aa6fb3680.txt',
  warning: 'c-vmd5-mixed/cp_warning_report_20261122185625_b27039f8-d4fe-4fa7-a254-76da2fe4fc7e.txt',
} as const

function capturedLine(list: keyof typeof CAPTURED, part: string): string {
  const url = new URL(`../fixtures/golden/${CAPTURED[list]}`, import.meta.url)
  const line = readFileSync(url, 'utf8')
    .split('\n')
    .find((text) => text.includes(part))
  assert.ok(line)
  return line
}

function at(line: string): LineContext {
  return { atMs: Date.parse(line.slice(0, 20)), sizes: 'human', platform: 'posix' }
}

function captured(bucket: string, key: string, destination: string): Item {
  return { bucket, key, versionId: undefined, destination, listedSize: undefined }
}

const failures = [
  [
    capturedLine('faults', 'f403'),
    {
      item: captured('bucket-a', 'p/f403.txt', '/data/a1/p/f403.txt'),
      costMs: 3,
      requestId: 'REQ000000018',
    },
  ],
  [
    capturedLine('faults', 'drop.bin'),
    {
      item: captured('bucket-a', 'p/drop.bin', '/data/a1/p/drop.bin'),
      sizeBytes: 50_000,
      costMs: 180,
      status: 0,
      code: '',
      message: 'unexpected EOF',
      requestId: 'REQ000000024',
    },
  ],
  [
    capturedLine('names', 'dbl.txt'),
    {
      item: captured('bucket-w', 'w//dbl.txt', '/data/w/deep/dest/w/dbl.txt'),
      sizeBytes: 18,
      costMs: undefined,
      status: undefined,
      code: undefined,
      message: 'Cannot download the specified key [w//dbl.txt] in the bucket [bucket-w]',
      requestId: undefined,
    },
  ],
  [
    capturedLine('names', 'arrow'),
    {
      item: captured('bucket-w', 'w/arrow --> x.txt', '/data/w/deep/dest/w/arrow --> x.txt'),
      sizeBytes: undefined,
      costMs: undefined,
      status: 404,
      code: '',
      message: '',
      requestId: 'REQ000000286',
    },
  ],
  [
    capturedLine('aborted', 'k10'),
    {
      item: captured('bucket-a', 'ab/k10', '/data/ab/k10'),
      sizeBytes: 3,
      costMs: undefined,
      status: undefined,
      code: 'AbortError',
      message: 'Task is aborted',
      requestId: undefined,
    },
  ],
  [
    capturedLine('version', 'versionId'),
    {
      item: { ...captured('bucket-v', 'v/a.txt', '/data/v/a3'), versionId: 'nope' },
      sizeBytes: undefined,
      costMs: undefined,
      status: 404,
      code: '',
      message: '',
      requestId: 'REQ000000647',
    },
  ],
] as const

for (const [line, of] of failures) {
  test(`\`formatFailedLine()\` writes byte for byte: ${line}`, () => {
    assert.equal(formatFailedLine(failed(of), at(line)), line)
  })
}

test('`formatSucceedLine()` writes byte for byte what the official tool does', () => {
  const ok1 = captured('bucket-a', 'p/ok1.txt', '/data/m1/ok1.txt')
  const folder = captured('bucket-a', 'p/sub/folder/', '/data/m1/sub/folder')
  const untried = { sizeBytes: 10, costMs: undefined, status: undefined, requestId: undefined }
  const md5 = '7f3d153acc6786644c2eba0554adfe06'
  const checked = capturedLine('succeed', 'ok1')
  const made = capturedLine('succeed', 'folder/ ')
  const unchanged = capturedLine('unchanged', 'ok1')
  const dryRun = capturedLine('dryRun', 'ok2')
  const answer = { sizeBytes: 10, costMs: 2, status: 200, requestId: 'REQ000000066' }
  const none = { sizeBytes: 0, costMs: 0, status: 0, requestId: '' }
  assert.equal(
    formatSucceedLine(
      { kind: 'succeeded', item: ok1, ...answer, md5, checks: [], fetchedBytes: 10 },
      at(checked),
    ),
    checked,
  )
  assert.equal(
    formatSucceedLine(
      { kind: 'succeeded', item: folder, ...none, md5: undefined, checks: [], fetchedBytes: 0 },
      at(made),
    ),
    made,
  )
  assert.equal(
    formatSucceedLine({ kind: 'unchanged', item: ok1, ...untried }, at(unchanged)),
    unchanged,
  )
  const ok2 = captured('bucket-a', 'p/ok2.txt', '/data/m1/ok2.txt')
  assert.equal(formatSucceedLine({ kind: 'dry-run', item: ok2, ...untried }, at(dryRun)), dryRun)
})

test('`formatWarningLine()` writes byte for byte what the official tool does', () => {
  const line = capturedLine('warning', 'ok2')
  const item2 = captured('bucket-a', 'p/ok2.txt', '/data/m1/ok2.txt')
  const message = 'Cannot get the valid md5 value of key [p/ok2.txt] in bucket [bucket-a] to check'
  assert.equal(
    formatWarningLine({ kind: 'item', item: item2, sizeBytes: 10, message }, at(line)),
    line,
  )
})
