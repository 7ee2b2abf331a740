/** What `obsutil help -flag` says: of each flag, in both languages, as command lines that work. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { describe, it } from 'node:test'
import { commandFlags, commandNames } from '../../src/cli/command-table.ts'
import { choosingDetails } from '../../src/cli/flag-details/choosing.ts'
import { configDetails, folderDetails } from '../../src/cli/flag-details/folders.ts'
import { transferringDetails } from '../../src/cli/flag-details/transferring.ts'
import { flagGroups, flagsOfGroup } from '../../src/cli/flag-groups.ts'
import { examplesOf } from '../../src/cli/flag-help.ts'
import { workingFlags } from '../../src/cli/flag-table.ts'
import { formatFlagHelp } from '../../src/cli/help-text.ts'
import { parseCommandLine } from '../../src/cli/program.ts'
import { parseConfigWords } from '../../src/core/config-changes.ts'
import { parseFlags } from '../../src/core/flags.ts'
import { columnsOf } from '../support/columns.ts'

const MOST_COLUMNS = 100
const HAN = /\p{Script=Han}/u
const ALL = commandNames.flatMap((command) =>
  commandFlags[command].map((flag) => ({ command, flag })),
)

/** The words that a shell hands to a program for this line; redirections are left to the shell. */
function wordsOf(line: string): readonly string[] {
  const script = `printf '%s\\0' ${line.replace(/ [<>].*$/, '')}`
  const environment = { PATH: '/usr/bin:/bin', HOME: '/home/me', AK: 'ak', SK: 'sk', TOKEN: 't' }
  const output = execFileSync('sh', ['-c', script], { env: environment, encoding: 'utf8' })
  return output.split('\0').slice(1, -1)
}

describe('the details of flags', () => {
  it('are of flags that there are', () => {
    const cp = { ...choosingDetails, ...transferringDetails, ...folderDetails }
    for (const [command, details] of [
      ['cp', cp],
      ['config', configDetails],
    ] as const) {
      const names: readonly string[] = commandFlags[command].map((flag) => flag.name)
      for (const name of Object.keys(details)) assert.ok(names.includes(name), name)
    }
  })

  it('fit into 100 columns, and are Chinese only in Chinese', () => {
    for (const one of ALL) {
      const [english, chinese] = [
        formatFlagHelp([one], 'English'),
        formatFlagHelp([one], 'Chinese'),
      ]
      for (const text of [english, chinese]) {
        const tooWide = text.split('\n').filter((line) => columnsOf(line) > MOST_COLUMNS)
        assert.deepEqual(tooWide, [])
        assert.doesNotMatch(text, /undefined|[ \t]\n|\n\n\n/)
      }
      assert.doesNotMatch(english, HAN)
      for (const paragraph of chinese.split('\n\n').slice(1)) assert.match(paragraph, HAN)
    }
  })

  it('give the same command lines in both languages', () => {
    for (const one of ALL) {
      const lines = (['English', 'Chinese'] as const).map((language) =>
        examplesOf(one, language).map(({ line }) => line),
      )
      assert.deepEqual(lines[0], lines[1])
    }
  })

  for (const one of ALL) {
    const { command, flag } = one
    it(`have examples of \`${command} -${flag.name}\` that the tool understands`, () => {
      const lines = examplesOf(one, 'English').map(({ line }) => line)
      assert.ok(lines.length > 0)
      for (const line of lines) {
        const request = parseCommandLine(wordsOf(line))
        if (line.endsWith(' -h')) continue
        assert.equal(request.kind, command, line)
        if (request.kind === 'cp')
          assert.equal(parseFlags(request.words).warnings.length, flag.name === 'versionId' ? 1 : 0)
        if (request.kind === 'config') parseConfigWords(request.words)
        assert.ok('words' in request && flag.name in request.words.flags, line)
      }
    })
  }
})

describe('flagsOfGroup()', () => {
  it('has each flag with an effect in exactly one group', () => {
    const names = flagGroups.flatMap((group) => flagsOfGroup(group).map((flag) => flag.name))
    assert.deepEqual(names.toSorted(), workingFlags.map((flag) => flag.name).toSorted())
  })
})
