import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Item } from '../../src/core/item.ts'
import type { Failed } from '../../src/core/outcome.ts'
import {
  formatFailedLine,
  formatSucceedLine,
  formatWarningLine,
  type LineContext,
} from '../../src/core/report-format.ts'
import { parseFailureLine } from '../../src/core/report-line.ts'
import { fuzzRuns } from '../support/fuzz-runs.ts'
import { nastyItem, nastyText } from '../support/nasty-names.ts'
import { readLikeOfficialTool } from '../support/official-reader.ts'

const AT = '2026-11-22T18:55:56Z'
const CONTEXT: LineContext = { atMs: Date.parse(AT), sizes: 'human', platform: 'posix' }

/** The parts of an item that a list names. */
function named({ bucket, key, versionId, destination }: Item) {
  return { bucket, key, versionId, destination }
}

function parsed(line: string) {
  const result = parseFailureLine(line, 'posix')
  return result.kind === 'item' ? named(result.item) : result.kind
}

function failed(of: Partial<Failed> & { readonly item: Item }): Failed {
  const answer = { sizeBytes: 14, costMs: 4, status: 403, requestId: 'R5' }
  return { kind: 'failed', code: 'AccessDenied', message: 'Access Denied', ...answer, ...of }
}

function listed(key: string, destination: string, versionId?: string): Item {
  return { bucket: 'b', key, versionId, destination, listedSize: undefined }
}

test('`formatFailedLine()` writes every item so that `parseFailureLine()` reads the same', () => {
  const input = fc.record({
    item: nastyItem(),
    message: nastyText(),
    code: nastyText(),
    requestId: nastyText(),
  })
  fc.assert(
    fc.property(input, (of) => {
      const line = formatFailedLine(failed(of), CONTEXT)
      assert.deepEqual(parsed(line), named(of.item))
      // What is on disk afterwards says the same.
      assert.deepEqual(parsed(Buffer.from(line).toString()), named(of.item))
    }),
    fuzzRuns(1000),
  )
})

test('every line of a list is one line, whatever it is about', () => {
  const input = fc.record({ item: nastyItem(), message: nastyText(), requestId: nastyText() })
  fc.assert(
    fc.property(input, ({ item: of, message, requestId }) => {
      const answer = { item: of, sizeBytes: 1, costMs: 1, status: 200, requestId }
      const lines = [
        formatFailedLine(failed({ item: of, message, code: message, requestId }), CONTEXT),
        formatSucceedLine({ kind: 'unchanged', ...answer }, CONTEXT),
        formatWarningLine({ kind: 'item', item: of, sizeBytes: 1, message }, CONTEXT),
        formatWarningLine({ kind: 'line', text: message }, CONTEXT),
      ]
      for (const line of lines)
        assert.doesNotMatch(line.replaceAll('\t', ''), /[\p{Cc}\u2028\u2029]/u)
    }),
  )
})

test('a code and a request id cannot forge a field', () => {
  const line = formatFailedLine(
    failed({ item: listed('k', '/d/k'), code: 'A], error message [x', requestId: 'R], item [e30' }),
    CONTEXT,
  )
  assert.ok(
    line.endsWith(
      'error code [A), error message (x], error message [Access Denied], request id [R), item (e30]',
    ),
  )
})

test('the official tool reads the same items from our list, unless a name is awkward for it', () => {
  const part = fc.stringMatching(/^[\w.%+=&\u00e9\u65e5-][\w .%+=&\u00e9\u65e5-]{0,8}[\w.]$/)
  const path = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'))
  const input = fc.record({
    key: path,
    folder: path,
    versionId: fc.option(fc.stringMatching(/^\w{1,8}$/), { nil: undefined }),
    message: nastyText(),
  })
  fc.assert(
    fc.property(input, ({ key, folder, versionId, message }) => {
      const of = listed(key, `/${folder}/${key}`, versionId)
      const [entry, ...more] = readLikeOfficialTool(
        formatFailedLine(failed({ item: of, message }), CONTEXT),
      )
      const { bucket, key: readKey, destination } = entry ?? {}
      const version = entry?.versionId === '' ? undefined : entry?.versionId
      assert.deepEqual({ bucket, key: readKey, versionId: version, destination }, named(of))
      assert.deepEqual(more, [])
    }),
  )
})

test('raw sizes are written as bytes', () => {
  const line = formatFailedLine(failed({ item: listed('k', '/d/k'), sizeBytes: 50_000 }), {
    ...CONTEXT,
    sizes: 'raw',
  })
  assert.ok(line.startsWith(`${AT} 50000B, obs://b/k --> /d/k, `))
})

test('a cost is written as whole milliseconds, never below zero', () => {
  const costs = [1.6, -3].map((costMs) =>
    formatFailedLine(failed({ item: listed('k', '/d/k'), costMs }), CONTEXT),
  )
  assert.ok(costs[0]?.includes('cost [2]') && costs[1]?.includes('cost [0]'))
})

test('a warning that stands by itself is written as it stands, on one line', () => {
  assert.equal(formatWarningLine({ kind: 'line', text: 'a\tb\nc' }, CONTEXT), `${AT} a\tb c`)
})
