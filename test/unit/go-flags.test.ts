import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Command, CommanderError, Option } from 'commander'
import fc from 'fast-check'
import { cpFlags, type FlagSpec } from '../../src/cli/flag-table.ts'
import { toCommanderWords } from '../../src/cli/go-flags.ts'
import { AppError } from '../../src/core/errors.ts'

interface Parsed {
  readonly flags: Readonly<Record<string, unknown>>
  readonly positionals: readonly string[]
}

function toOption(flag: FlagSpec): Option {
  const option = new Option(`--${flag.name} <value>`)
  if (flag.kind === 'boolean') return option.choices(['true', 'false'])
  if (!flag.repeatable) return option
  return option.argParser((value: string, earlier: string[] | undefined) => [
    ...(earlier ?? []),
    value,
  ])
}

/** What a real commander program, with `cp` below its root, makes of the words. */
function parse(...words: readonly string[]): Parsed {
  const parsed: { flags: Record<string, unknown>; positionals: string[] }[] = []
  const root = new Command('obsutil').exitOverride().enablePositionalOptions()
  root.configureOutput({ writeOut: () => {}, writeErr: () => {} })
  const cp = root.command('cp').argument('[words...]')
  for (const flag of cpFlags) cp.addOption(toOption(flag))
  cp.action((positionals: string[]) => {
    parsed.push({ flags: cp.opts(), positionals })
  })
  root.parse(['cp', ...toCommanderWords(words, cpFlags)], { from: 'user' })
  assert.equal(parsed.length, 1)
  return parsed[0] ?? { flags: {}, positionals: [] }
}

function rejects(words: readonly string[], message: string): void {
  assert.throws(
    () => toCommanderWords(words, cpFlags),
    (error) => {
      assert.ok(error instanceof AppError)
      assert.equal(error.fault, 'usage')
      assert.equal(error.message, message)
      return true
    },
  )
}

const single = cpFlags.filter((flag) => flag.kind === 'text' && !flag.repeatable)
const repeatable = cpFlags.filter((flag) => flag.kind === 'text' && flag.repeatable)
const booleans = cpFlags.filter((flag) => flag.kind === 'boolean')
const awkward = [
  'v',
  '',
  '-1',
  '--',
  '-',
  '-f',
  '--help',
  'a=b',
  '=',
  ' ',
  'a b',
  '\n',
  '"',
  '*',
  'é',
]

describe('the flag table', () => {
  it('names each flag once, those of the manual, of the official `cp`, and our own', () => {
    const names = cpFlags.map((flag) => flag.name).toSorted()
    const ofTheManual =
      'recover dryRun tempFileDir f r u vlength vmd5 j p threshold ps include exclude timeRange mf o cpd clear config payer'
    const withoutEffect = 'flat versionId fr acl sc meta crr link at disableDirObject arcDir msm'
    const ourOwn = 'rounds json quiet'
    const all = `${ofTheManual} ${withoutEffect} ${ourOwn}`
    assert.deepEqual(names, all.split(' ').toSorted())
    assert.deepEqual(
      repeatable.map((flag) => flag.name),
      ['include', 'exclude'],
    )
  })

  it('helps with each flag in a sentence of its own', () => {
    assert.equal(new Set(cpFlags.map((flag) => flag.help)).size, cpFlags.length)
    for (const flag of cpFlags) assert.match(flag.help, /^[a-z].{10,110}[^.]$/)
  })
})

describe('toCommanderWords(), read by commander', () => {
  for (const flag of [...single, ...repeatable]) {
    it(`gives -${flag.name} its value in all four forms`, () => {
      for (const value of awkward) {
        const expected = { [flag.name]: repeatable.includes(flag) ? [value] : value }
        for (const dash of ['-', '--']) {
          const joined = parse(`${dash}${flag.name}=${value}`, 'rest')
          const spaced = parse(`${dash}${flag.name}`, value, 'rest')
          assert.deepEqual({ ...joined.flags }, expected)
          assert.deepEqual(spaced, joined)
          assert.deepEqual(joined.positionals, ['rest'])
        }
      }
    })
  }

  for (const flag of booleans) {
    it(`takes -${flag.name} with every spelling of a truth value, and never the next word`, () => {
      for (const dash of ['-', '--']) {
        const name = `${dash}${flag.name}`
        const bare = parse(name, 'false')
        assert.deepEqual({ ...bare.flags }, { [flag.name]: 'true' })
        assert.deepEqual(bare.positionals, ['false'])
        for (const value of ['true', '1', 't', 'T', 'TRUE', 'True']) {
          assert.equal(parse(`${name}=${value}`).flags[flag.name], 'true')
        }
        for (const value of ['false', '0', 'f', 'F', 'FALSE', 'False']) {
          assert.equal(parse(`${name}=${value}`).flags[flag.name], 'false')
        }
      }
    })
  }

  it('lets the last one win', () => {
    const { flags } = parse('-j=1', '-f', '-j', '2', '--f=false', '-recover=a', '--recover=b')
    assert.deepEqual({ ...flags }, { j: '2', f: 'false', recover: 'b' })
  })

  it('adds up include and exclude in their order', () => {
    const { flags } = parse('-include=a', '-exclude=x', '--include', 'b', '-include=a')
    assert.deepEqual({ ...flags }, { include: ['a', 'b', 'a'], exclude: ['x'] })
  })

  it('counts flags after a positional word, as in the example of the manual', () => {
    const { flags, positionals } = parse('-recover=id', 'd:\\', '-f', '-r')
    assert.deepEqual({ ...flags }, { recover: 'id', f: 'true', r: 'true' })
    assert.deepEqual(positionals, ['d:\\'])
  })

  it('takes everything after -- as positional', () => {
    const { flags, positionals } = parse('-f', '--', '-r', '--', '-h', '-recover=x')
    assert.deepEqual({ ...flags }, { f: 'true' })
    assert.deepEqual(positionals, ['-r', '--', '-h', '-recover=x'])
    assert.deepEqual(parse('--', '-x').positionals, ['-x'])
  })

  it('takes a lone dash and an empty word as positional', () => {
    assert.deepEqual(parse('-', '-f', '').positionals, ['-', ''])
  })

  it('gives a text flag the next word whatever it is', () => {
    assert.deepEqual({ ...parse('-j', '-1', '-recover', '-f').flags }, { j: '-1', recover: '-f' })
  })

  for (const word of ['-h', '--h', '-help', '--help', '-help=x']) {
    it(`shows the help for ${word}, whatever follows`, () => {
      assert.throws(
        () => parse('-f', word, '-nosuchflag'),
        (error) => error instanceof CommanderError && error.code === 'commander.helpDisplayed',
      )
    })
  }

  it('returns any flags and values unchanged', () => {
    const given = fc.tuple(fc.constantFrom(...single), fc.string({ unit: 'binary' }), fc.boolean())
    fc.assert(
      fc.property(fc.array(given), fc.array(fc.string()), (pairs, rest) => {
        const words = pairs.flatMap(([{ name }, value, joined]) =>
          joined ? [`-${name}=${value}`] : [`--${name}`, value],
        )
        const expected = Object.fromEntries(pairs.map(([{ name }, value]) => [name, value]))
        const { flags, positionals } = parse(...words, '--', ...rest)
        assert.deepEqual({ ...flags }, expected)
        assert.deepEqual(positionals, rest)
      }),
      { numRuns: 50 },
    )
  })
})

describe('toCommanderWords()', () => {
  it('writes every flag in one form and positional words last', () => {
    assert.deepEqual(toCommanderWords(['-j', '-1', 'word', '--f', '-vmd5=0', '-o='], cpFlags), [
      '--j=-1',
      '--f=true',
      '--vmd5=false',
      '--o=',
      '--',
      'word',
    ])
    assert.deepEqual(toCommanderWords([], cpFlags), [])
  })

  for (const word of ['-foo', '--foo', '-foo=1', '--foo=a=b']) {
    it(`refuses ${word}, which is no flag`, () => {
      rejects(['-f', word, '-h'], 'flag provided but not defined: -foo')
    })
  }

  for (const name of ['Recover', 'dryrun', 'fu', '1', 'constructor', '__proto__', 'rec']) {
    it(`refuses -${name}: names are exact`, () => {
      rejects([`-${name}`], `flag provided but not defined: -${name}`)
    })
  }

  for (const flag of [...single, ...repeatable]) {
    it(`refuses -${flag.name} without its value`, () => {
      rejects([`-${flag.name}`], `flag needs an argument: -${flag.name}`)
      rejects(['-f', `--${flag.name}`], `flag needs an argument: -${flag.name}`)
    })
  }

  for (const value of ['maybe', '', 'yes', 'on', 'tRUE', '2', ' true', 'a"b\n']) {
    it(`refuses ${JSON.stringify(value)} as a truth value`, () => {
      const quoted = JSON.stringify(value)
      rejects([`-vlength=${value}`], `invalid boolean value ${quoted} for -vlength: parse error`)
    })
  }

  for (const word of ['---f', '-=x', '--=x', '---']) {
    it(`refuses ${word}, which has no name`, () => rejects([word], `bad flag syntax: ${word}`))
  }

  it('throws nothing but usage errors, whatever the words', () => {
    const word = fc.string({
      unit: fc.constantFrom('-', '=', 'f', 'j', 'h', '1', ' '),
      maxLength: 5,
    })
    fc.assert(
      fc.property(fc.array(word, { maxLength: 6 }), (words) => {
        try {
          for (const made of toCommanderWords(words, cpFlags)) assert.equal(typeof made, 'string')
        } catch (error) {
          assert.ok(error instanceof AppError && error.fault === 'usage')
        }
      }),
    )
  })
})
