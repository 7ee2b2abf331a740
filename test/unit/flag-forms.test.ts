/** Every flag in every form that Go's `flag` package takes, from the words to the checked flags. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { cpFlags } from '../../src/cli/flag-table.ts'
import { parseCommandLine } from '../../src/cli/program.ts'
import { AppError } from '../../src/core/errors.ts'
import { parseFlags, type Flags } from '../../src/core/flags.ts'

const TASK = '1aa93d04-46fb-4883-890e-90c28591dccf'
const OTHER = 'a628d6da-c562-4a1f-b687-4fa125de0dc3'
const IGNORED =
  'The argument [word] is ignored: every object goes to the path that its task recorded'

interface TextCase {
  readonly name: string
  /** Two values and the flags that they make; the first value comes first in every test. */
  readonly values: readonly [first: string, second: string]
  readonly flags: readonly [first: Partial<Flags>, second: Partial<Flags>]
  /** What both together make, where not the last one wins. */
  readonly both?: Partial<Flags>
}

const TEXTS: readonly TextCase[] = [
  { name: 'recover', values: [OTHER, TASK], flags: [{ taskId: OTHER }, { taskId: TASK }] },
  { name: 'j', values: ['7', '0'], flags: [{ jobs: 7 }, { jobs: undefined }] },
  { name: 'p', values: ['100000', '-3'], flags: [{ parallels: 100_000 }, {}] },
  {
    name: 'threshold',
    values: ['1MB', '-5'],
    flags: [{ thresholdBytes: 1_048_576 }, { thresholdBytes: undefined }],
  },
  { name: 'ps', values: ['auto', '2gb'], flags: [{ partSize: 'auto' }, { partSize: 2 ** 31 }] },
  {
    name: 'include',
    values: ['-a=b', 'c d'],
    flags: [{ include: ['-a=b'] }, { include: ['c d'] }],
    both: { include: ['-a=b', 'c d'] },
  },
  {
    name: 'exclude',
    values: ['*', '*'],
    flags: [{ exclude: ['*'] }, { exclude: ['*'] }],
    both: { exclude: ['*', '*'] },
  },
  {
    name: 'timeRange',
    values: ['*-1970', '1970-*'],
    flags: [
      { timeRange: { fromMs: -Infinity, toMs: 0 }, timeRangeText: '*-1970' },
      { timeRange: { fromMs: 0, toMs: Infinity }, timeRangeText: '1970-*' },
    ],
  },
  { name: 'o', values: ['d:\\', '-o'], flags: [{ outputFolder: 'd:\\' }, { outputFolder: '-o' }] },
  {
    name: 'cpd',
    values: ['/a=b', '/c'],
    flags: [{ checkpointFolder: '/a=b' }, { checkpointFolder: '/c' }],
  },
  {
    name: 'tempFileDir',
    values: ['/t', './t'],
    flags: [{ tempFolder: '/t' }, { tempFolder: './t' }],
  },
  { name: 'config', values: ['x', '/y'], flags: [{ configFile: 'x' }, { configFile: '/y' }] },
  { name: 'rounds', values: ['3', '-1'], flags: [{ rounds: 3 }, {}] },
  { name: 'payer', values: ['requester', ''], flags: [{ requesterPays: true }, {}] },
  {
    name: 'versionId',
    values: ['v1', ''],
    flags: [
      {
        warnings: [
          'The flag [-versionId=v1] is ignored: every object comes in the version that its task recorded',
        ],
      },
      {},
    ],
  },
  { name: 'acl', values: ['private', 'bucket-owner-full-control'], flags: [{}, {}] },
  { name: 'sc', values: ['cold', ''], flags: [{}, {}] },
  { name: 'meta', values: ['a:b#c:d#e', 'a:'], flags: [{}, {}] },
  { name: 'arcDir', values: ['/archive', '-x'], flags: [{}, {}] },
  { name: 'msm', values: ['1', '-2'], flags: [{}, {}] },
]

const BOOLEANS: Readonly<Record<string, Partial<Flags>>> = {
  dryRun: { dryRun: true },
  f: { force: true },
  r: {},
  flat: {},
  fr: {},
  crr: {},
  link: {},
  at: {},
  disableDirObject: {},
  u: { update: true },
  vlength: { verifyLength: true },
  vmd5: { verifyMd5: true },
  mf: { filterFolders: true },
  clear: { clear: true },
  json: { json: true },
  quiet: { quiet: true },
}

it('the tables below name every flag', () => {
  const named = [...TEXTS.map(({ name }) => name), ...Object.keys(BOOLEANS)]
  assert.deepEqual(named.toSorted(), cpFlags.map(({ name }) => name).toSorted())
})

for (const { name, values, flags, both } of TEXTS) {
  describe(`-${name}`, () => {
    const [value, later] = values
    for (const form of formsOf(name, value)) {
      it(`is read as \`${form.join(' ')}\`, before, between and after other words`, () => {
        const expected = { ...BARE, ...flags[0] }
        const withWord = { ...expected, warnings: [IGNORED, ...expected.warnings] }
        const task = `-recover=${TASK}`
        assert.deepEqual(read(task, ...form), expected)
        assert.deepEqual(read(task, '-f', ...form, '-u'), {
          ...expected,
          force: true,
          update: true,
        })
        assert.deepEqual(read(task, ...form, 'word'), withWord)
        assert.deepEqual(read(task, 'word', ...form, '-f'), { ...withWord, force: true })
      })
    }

    it(`given twice ${both === undefined ? 'is the last one' : 'adds up'}, in all mixtures of forms`, () => {
      for (const first of formsOf(name, value)) {
        for (const second of formsOf(name, later)) {
          const expected = { ...BARE, ...(both ?? flags[1]) }
          assert.deepEqual(read(`-recover=${TASK}`, ...first, ...second), expected)
        }
      }
    })
  })
}

for (const [name, flags] of Object.entries(BOOLEANS)) {
  describe(`-${name}`, () => {
    const on = ['', '=true', '=1', '=t', '=T', '=TRUE', '=True']
    const off = ['=false', '=0', '=f', '=F', '=FALSE', '=False']

    it('is switched on and off by every spelling, with one dash and two', () => {
      for (const dash of ['-', '--']) {
        for (const end of on) {
          assert.deepEqual(read(`-recover=${TASK}`, `${dash}${name}${end}`), { ...BARE, ...flags })
        }
        for (const end of off) {
          assert.deepEqual(read(`-recover=${TASK}`, `${dash}${name}${end}`), BARE)
        }
      }
    })

    it('leaves the next word alone, and the last one wins', () => {
      assert.deepEqual(read(`-recover=${TASK}`, `-${name}`, 'word'), {
        ...BARE,
        ...flags,
        warnings: [IGNORED],
      })
      assert.deepEqual(read(`-recover=${TASK}`, `-${name}`, 'false').warnings.length, 1)
      assert.deepEqual(read(`-recover=${TASK}`, `-${name}`, `--${name}=0`), BARE)
      assert.deepEqual(read(`-recover=${TASK}`, `-${name}=F`, `--${name}`), { ...BARE, ...flags })
    })
  })
}

describe('sizes', () => {
  for (const [text, bytes] of [
    ['1', 1],
    ['+1', 1],
    ['1B', 1],
    ['1kb', 1024],
    ['1Mb', 1024 ** 2],
    ['1GB', 1024 ** 3],
    ['1tB', 1024 ** 4],
    [' 7MB ', 7 * 1024 ** 2],
    ['8191TB', 8191 * 1024 ** 4],
    ['9007199254740991', Number.MAX_SAFE_INTEGER],
  ] as const) {
    it(`-threshold and -ps read ${JSON.stringify(text)} as ${bytes} bytes`, () => {
      const { thresholdBytes, partSize } = read(`-recover=${TASK}`, '-threshold', text, '-ps', text)
      assert.deepEqual([thresholdBytes, partSize], [bytes, bytes])
    })
  }

  for (const text of ['9007199254740992', '8192TB', '9999999999GB', '99999999999999999999', '1K']) {
    for (const name of ['threshold', 'ps']) {
      it(`-${name} refuses ${text}`, () => {
        assert.throws(() => read(`-recover=${TASK}`, `-${name}=${text}`), isUsage)
      })
    }
  }
})

const BARE = read(`-recover=${TASK}`)

function read(...words: readonly string[]): Flags {
  const request = parseCommandLine(['cp', ...words])
  assert.ok(request.kind === 'cp')
  return parseFlags(request.words)
}

function isUsage(error: unknown): boolean {
  return error instanceof AppError && error.fault === 'usage'
}

function formsOf(name: string, value: string): readonly (readonly string[])[] {
  return ['-', '--'].flatMap((dash) => [[`${dash}${name}=${value}`], [`${dash}${name}`, value]])
}
