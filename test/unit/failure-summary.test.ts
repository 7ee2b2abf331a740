import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { posix } from 'node:path'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { formatFailures, formatUnreadable } from '../../src/cli/failure-summary.ts'
import { formatResume } from '../../src/cli/shell-words.ts'
import { adviceFor } from '../../src/core/failure-advice.ts'
import { createCauseTally } from '../../src/core/failure-causes.ts'
import type { Failed } from '../../src/core/outcome.ts'

const NEW_ID = 'a628d6da-c562-4a1f-b687-4fa125de0dc3'

function told(key: string): string {
  return `Cannot download the key [${key}] in the bucket [b]`
}

describe('createCauseTally()', () => {
  it('counts by status and code, and keeps the first example of each', () => {
    const tally = createCauseTally()
    tally.add(failure('a', [404, 'NoSuchKey'], 'first'))
    tally.add(failure('b', [503, 'SlowDown']))
    tally.add(failure('c', [503, 'SlowDown']))
    tally.add(failure('d', [404, 'NoSuchKey'], 'another message'))
    tally.add(failure('e', [404, 'NoSuchKey']))
    tally.add(failure('f', [403, 'NoSuchKey']))
    assert.equal(tally.size(), 3)
    assert.deepEqual(tally.mostFrequent(2), [
      { status: 404, code: 'NoSuchKey', count: 3, example: 'obs://bucket/a', message: 'first' },
      { status: 503, code: 'SlowDown', count: 2, example: 'obs://bucket/b', message: '' },
    ])
  })
  it('goes by the message where there is no code, but for the names in it', () => {
    const tally = createCauseTally()
    for (const key of ['a', 'b']) {
      tally.add({ ...failure(key, [0, ''], told(key)), status: undefined, code: undefined })
    }
    tally.add({ ...failure('c', [0, ''], 'unexpected EOF'), code: undefined })
    assert.deepEqual(
      tally.mostFrequent(9).map(({ count, message }) => [count, message]),
      [
        [2, told('a')],
        [1, 'unexpected EOF'],
      ],
    )
  })
  it('counts every failure once, however many causes a store makes up', () => {
    const tally = createCauseTally()
    for (let at = 0; at < 3000; at += 1) tally.add(failure('k', [400, `Code${at}`]))
    const all = tally.mostFrequent(10_000)
    assert.deepEqual([all[0]?.count, all[0]?.message], [2000, 'other causes'])
    assert.equal(
      all.reduce((sum, { count }) => sum + count, 0),
      3000,
    )
    assert.ok(all.length <= 1001)
  })
})

describe('adviceFor()', () => {
  for (const [message, advice] of [
    ['unexpected EOF', /network was interrupted/],
    ['Head "http://h/b/k": dial tcp 127.0.0.1:9: connect: connection refused', /nothing listens/],
    ['Get "http://h/b/k": dial tcp: lookup h: no such host', /name of the store/],
    ['write /d/k: no space left on device', /disk is full/],
    ['open /d/k: permission denied', /may not write there/],
    ['something else', /^$/],
  ] as const) {
    it(`goes by the words of the official tool where it has neither status nor code: ${message}`, () => {
      assert.match(adviceFor({ status: 0, code: undefined, message }) ?? '', advice)
      assert.equal(adviceFor({ status: 418, code: undefined, message }), undefined)
      assert.equal(adviceFor({ status: 0, code: 'Teapot', message }), undefined)
    })
  }

  const table: readonly (readonly [status: number | undefined, code: string, advice: RegExp])[] = [
    [403, 'SignatureDoesNotMatch', /keys are wrong/],
    [400, 'ExpiredToken', /token/],
    [403, 'AccessDenied', /may not read/],
    [403, '', /keys are wrong, or/],
    [404, 'NoSuchKey', /gone/],
    [404, 'NoSuchBucket', /bucket/],
    [404, 'NotFound', /bucket/],
    [0, 'CERT_HAS_EXPIRED', /expired/],
    [200, 'VerifyChecksumError', /not what was stored/],
    [undefined, 'AbortError', /other causes/],
    [503, 'SlowDown', /later/],
    [429, '', /later/],
    [500, 'InternalError', /later/],
    [0, 'ENOSPC', /room/],
    [0, 'ECONNREFUSED', /nothing listens.* endpoint/],
    [0, 'ECONNRESET', /network/],
    [undefined, 'InterruptedError', /go on/],
  ]
  for (const [status, code, advice] of table) {
    it(`knows what to do about ${status} ${code}`, () => {
      assert.match(adviceFor({ status, code }) ?? '', advice)
    })
  }
  it('says nothing of what it does not know', () => {
    assert.equal(adviceFor({ status: 418, code: 'Teapot' }), undefined)
    assert.equal(adviceFor({ status: undefined, code: undefined }), undefined)
  })
})

describe('formatFailures()', () => {
  const fields = { list: '/o/failed.txt', command: `obsutil cp -recover=${NEW_ID} -f` }

  it('shows causes with an example and what to do, the list, and the command', () => {
    const causes = [
      { status: 404, code: 'NoSuchKey', count: 1200, example: 'obs://b/a', message: 'not there' },
      { status: 0, code: 'ENOSPC', count: 7, example: 'obs://b/c', message: 'no space' },
    ]
    assert.equal(
      formatFailures({ ...fields, failed: 1207, causes, causeCount: 2 }),
      `
1,207 items failed:
  1,200  404 NoSuchKey: not there
         such as obs://b/a
         it is gone, and no further run will get it
      7  ENOSPC: no space
         such as obs://b/c
         the disk is full: make room on it, and go on
All of them are in /o/failed.txt
To go on: obsutil cp -recover=${NEW_ID} -f
`,
    )
  })
  it('says that there are more causes than it shows', () => {
    const cause = { status: 418, code: undefined, count: 1, example: 'obs://b/a', message: 'tea' }
    const text = formatFailures({ ...fields, failed: 5, causes: [cause], causeCount: 5 })
    assert.match(text, /^\n5 items failed; the first 1 of 5 causes:\n {2}1 {2}418: tea\n/)
  })
  it('names no cause that the user is told of elsewhere', () => {
    const text = formatFailures({ ...fields, failed: 5, causes: [], causeCount: 5 })
    assert.match(text, /^\n5 items failed\nAll of them are in /)
  })
  const said = fc.string({ unit: 'binary', maxLength: 500, size: 'max' })

  it('keeps each to one line of bounded length, whatever a store says', () => {
    fc.assert(
      fc.property(said, said, (message, code) => {
        const cause = { status: 400, code, count: 1, example: `obs://b/${message}`, message }
        const text = formatFailures({ ...fields, failed: 1, causes: [cause], causeCount: 1 })
        assert.equal(text.split('\n').length, 7)
        assert.doesNotMatch(text, /[\p{Cc}\p{Surrogate}](?<!\n)/u)
        assert.ok((text.split('\n')[2]?.length ?? 0) < 200)
      }),
    )
  })
  it('counts lines that could not be read', () => {
    assert.equal(formatUnreadable(0, '/w'), '')
    assert.equal(formatUnreadable(1, '/w'), '\n1 line of the old lists could not be read; see /w\n')
    assert.match(formatUnreadable(2000, '/w'), /2,000 lines/)
  })
})

const unix = { resolvePath, system: 'linux' } as const

describe('formatResume()', () => {
  it('has paths that hold anywhere, whatever they are called', () => {
    const flags = { o: 'true', config: './my.conf', cpd: '' }
    assert.equal(
      formatResume(NEW_ID, { flags }, unix),
      `obsutil cp -recover=${NEW_ID} -o=/home/me/true -config=/home/me/my.conf -cpd=`,
    )
  })
  it('has the flags that were given, but for the task and the dry run', () => {
    const flags = { recover: 'old', f: 'true', u: 'false', dryRun: 'true', j: '20', o: '/my lists' }
    assert.equal(
      formatResume(NEW_ID, { flags }, unix),
      `obsutil cp -recover=${NEW_ID} -f -j=20 '-o=/my lists'`,
    )
  })
  it('has repeated flags as often as they were given', () => {
    const flags = { include: ['*.jpg', '*.png'] }
    assert.equal(
      formatResume(NEW_ID, { flags }, unix),
      `obsutil cp -recover=${NEW_ID} '-include=*.jpg' '-include=*.png'`,
    )
  })
  it('means the same to a shell, whatever the values are', () => {
    const value = fc
      .string({ unit: 'grapheme', maxLength: 30 })
      .filter((text) => !text.includes('\0'))
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 20 }), (include) => {
        const command = formatResume(NEW_ID, { flags: { include } }, unix).replace(/^obsutil/, '')
        const seen = execFileSync('sh', ['-c', `printf '%s\\0' ${command}`], { encoding: 'utf8' })
        const words = ['cp', `-recover=${NEW_ID}`, ...include.map((one) => `-include=${one}`)]
        assert.deepEqual(seen.split('\0').slice(0, -1), words)
      }),
      { numRuns: 40 },
    )
  })
})

function failure(
  key: string,
  [status, code]: readonly [status: number, code: string],
  message = '',
): Failed {
  return {
    kind: 'failed',
    item: { bucket: 'bucket', key, versionId: undefined, destination: '/d', listedSize: undefined },
    sizeBytes: undefined,
    costMs: 1,
    status,
    requestId: '',
    code,
    message,
  }
}

function resolvePath(path: string): string {
  return posix.resolve('/home/me', path)
}
