/** Which destinations of a list are absolute, by the system that the list belongs to. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parseFailureLine } from '../../src/core/report-line.ts'
import { isAbsoluteAt } from '../../src/core/report-text.ts'

const PATHS: readonly (readonly [path: string, on: 'posix' | 'win32' | 'neither'])[] = [
  ['/data/a', 'posix'],
  ['/', 'posix'],
  ['d:\\data\\a', 'win32'],
  ['D:/data/a', 'win32'],
  ['\\\\server\\share\\a', 'win32'],
  ['\\\\?\\C:\\a', 'win32'],
  ['d:a', 'neither'],
  ['d:', 'neither'],
  ['\\a', 'neither'],
  ['1:\\a', 'neither'],
  ['dd:\\a', 'neither'],
  ['a', 'neither'],
  ['./a', 'neither'],
]

for (const platform of ['posix', 'win32'] as const) {
  describe(`in a list of ${platform}`, () => {
    for (const [path, on] of PATHS) {
      it(`${path} is ${on === platform ? '' : 'not '}absolute`, () => {
        assert.equal(isAbsoluteAt(`x${path}`, 1, platform), on === platform)
        const line = `2026-11-22T18:56:01Z 14B, obs://b/a --> ${path}, cost [1], status [503], error code [SlowDown], error message [x], request id [1]`
        const { kind } = parseFailureLine(line, platform)
        assert.equal(kind, on === platform ? 'item' : 'unreadable')
      })
    }
  })
}
