import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import type { Fault } from '../../src/core/errors.ts'
import { AppError } from '../../src/core/errors.ts'
import type { CommandWords } from '../../src/core/flags.ts'
import { parseFlags } from '../../src/core/flags.ts'

const TASK = '1aa93d04-46fb-4883-890e-90c28591dccf'

describe('`parseFlags()`', () => {
  const mistakes: readonly [flags: CommandWords['flags'], message: string][] = [
    [{ recover: '' }, 'invalid value "" for flag -recover: the task id is empty'],
    [{ recover: [TASK, ''] }, 'invalid value "" for flag -recover: the task id is empty'],
    [{ j: 'abc' }, 'invalid value "abc" for flag -j: parse error'],
    [{ j: '3.5' }, 'invalid value "3.5" for flag -j: parse error'],
    [{ j: '' }, 'invalid value "" for flag -j: parse error'],
    [{ p: '1e3' }, 'invalid value "1e3" for flag -p: parse error'],
    [{ p: '0x10' }, 'invalid value "0x10" for flag -p: parse error'],
    [{ p: '"\n' }, 'invalid value "\\"\\n" for flag -p: parse error'],
    [{ threshold: '1k' }, 'The threshold [1k] is not well-formed'],
    [{ threshold: 'auto' }, 'The threshold [auto] is not well-formed'],
    [{ threshold: '' }, 'The threshold [] is not well-formed'],
    [{ ps: '1.5MB' }, 'The part size [1.5MB] is not well-formed'],
    [{ ps: '1GBB' }, 'The part size [1GBB] is not well-formed'],
    [{ ps: '9999999999GB' }, 'The part size [9999999999GB] is not well-formed'],
    [{ ps: '' }, 'The part size [] is not well-formed'],
    [{ payer: 'foo' }, 'Invalid payer [foo], possible values are:[requester]'],
    [
      { acl: 'foo' },
      'Invalid acl [foo], possible values are:[private|public-read|public-read-write|bucket-owner-full-control]',
    ],
    [{ sc: 'STANDARD' }, 'Invalid sc [STANDARD], possible values are:[standard|warm|cold]'],
    [{ meta: 'a:b:c' }, 'Invalid metadata [a:b:c]'],
    [{ meta: 'a:b#' }, 'Invalid metadata [a:b#]'],
    [{ meta: ':b' }, 'Invalid metadata [:b]'],
    [{ msm: 'abc' }, 'invalid value "abc" for flag -msm: parse error'],
    [{ timeRange: '2024' }, 'The timeRange pattern [2024] is not well-formed, must be time1-time2'],
  ]
  for (const [flags, message] of mistakes) {
    it(`refuses ${JSON.stringify(flags)}`, () => {
      assertFault({ flags: { recover: TASK, ...flags }, positionals: [] }, 'usage', message)
    })
  }

  it('knows nothing to do without -recover', () => {
    const positionals = ['obs://bucket/key', '/tmp/x']
    assertFault(
      { flags: {}, positionals },
      'not-a-download',
      'cp without -recover is not supported',
    )
  })

  it('ignores one positional word with a warning that names it', () => {
    const { warnings } = parseFlags({ flags: { recover: TASK }, positionals: ['d:\\'] })
    assert.deepEqual(warnings, [
      'The argument [d:\\] is ignored: every object goes to the path that its task recorded',
    ])
  })

  it('ignores -versionId with a warning that names it, and other flags of listings in silence', () => {
    const flags = { recover: TASK, r: 'true', flat: 'true', acl: 'private', versionId: 'v1' }
    assert.deepEqual(parseFlags({ flags, positionals: [] }).warnings, [
      'The flag [-versionId=v1] is ignored: every object comes in the version that its task recorded',
    ])
  })

  for (const positionals of [['a', 'b'], ['obs://bucket/key'], ['obs://bucket/key', '/tmp/x']]) {
    it(`refuses the positional words ${positionals.join(' ')}`, () => {
      const message = `Invalid args [${positionals.join(' ')}], -recover takes no source or target`
      assertFault({ flags: { recover: TASK }, positionals }, 'usage', message)
    })
  }

  it('throws usage faults only, whatever the values are', () => {
    const names = [
      'j',
      'p',
      'threshold',
      'ps',
      'payer',
      'timeRange',
      'o',
      'f',
      'include',
      'acl',
      'meta',
    ]
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...names), fc.string()), (flags) => {
        try {
          const { jobs } = parseFlags({ flags: { recover: TASK, ...flags }, positionals: [] })
          assert.ok(jobs === undefined || jobs > 0)
        } catch (error) {
          assert.ok(error instanceof AppError && error.fault === 'usage', String(error))
        }
      }),
    )
  })
})

function assertFault(words: CommandWords, fault: Fault, message: string): void {
  assert.throws(
    () => parseFlags(words),
    (error) => {
      assert.ok(error instanceof AppError)
      assert.deepEqual([error.fault, error.message], [fault, message])
      return true
    },
  )
}
