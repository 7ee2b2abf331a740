/** `man obsutil`: made of the tables and texts of the help, so that it says what the help says. */
import { commandFlags, commandNames, type CommandName } from '../../src/cli/command-table.ts'
import { flagGroups, flagsOfGroup } from '../../src/cli/flag-groups.ts'
import { aboutFlag, examplesOf, sentenceOf, showFlag } from '../../src/cli/flag-help.ts'
import { idleFlags, type FlagSpec } from '../../src/cli/flag-table.ts'
import { english } from '../../src/cli/help-english.ts'
import { commandWords } from '../../src/cli/help-request.ts'
import { summaryOf } from '../../src/cli/help-text.ts'
import { KEYS } from '../../src/core/config-keys.ts'
import { readHelpBlocks, type HelpExample } from './help-blocks.ts'
import {
  bold,
  escapeRoff,
  hanging,
  indented,
  paragraph,
  section,
  subsection,
  tagged,
  typed,
  verbatim,
} from './roff.ts'
import {
  CONFIGURATION,
  DESCRIPTION,
  ENVIRONMENT,
  EXIT_STATUS,
  FILES,
  FLAGS,
  SEE_ALSO,
} from './texts.ts'

/** What the page is made of beside the tables. */
export interface PageSource {
  readonly version: string
  /** `.obsutilconfig.example`, which explains each key in the comment above it. */
  readonly exampleConfig: string
}

/** The page in the macros of man(7), ASCII. Throws where a key of the configuration is not explained. */
export function formatManPage({ version, exampleConfig }: PageSource): string {
  const parts = [
    '.\\" Made by npm run build of the tables and texts in src/cli.\n',
    `.TH OBSUTIL 1 "" "obsutil\\-resume ${escapeRoff(version)}" "User Commands"\n`,
    // No hyphens of its own, and no lines that are stretched.
    '.nh\n.ad l\n',
    section('NAME'),
    'obsutil \\- resume a failed bulk download from Huawei OBS or any S3\\-compatible store\n',
    section('SYNOPSIS'),
    ...commandWords.flatMap((name) => usageOf(name).map((line) => hanging(typed(line)))),
    section('DESCRIPTION'),
    ...DESCRIPTION.map((text) => paragraph(text)),
    section('COMMANDS'),
    ...commandWords.map(formatCommand),
    section('FLAGS'),
    ...FLAGS.map((text) => paragraph(text)),
    ...commandNames.map(formatFlags),
    section('CONFIGURATION'),
    ...CONFIGURATION.map((text) => paragraph(text)),
    ...formatKeys(exampleConfig),
    section('FILES'),
    ...FILES.map(([path, what]) => tagged(typed(path), `${what}.`)),
    section('ENVIRONMENT'),
    ...ENVIRONMENT.map(([names, what]) => tagged(bold(names), `${what}.`)),
    section('EXIT STATUS'),
    ...EXIT_STATUS.map(([code, when]) => tagged(bold(String(code)), `${when}.`)),
    section('EXAMPLES'),
    ...commandWords.flatMap((name) => examplesOfHelp(name).map(formatExample)),
    section('SEE ALSO'),
    paragraph(SEE_ALSO),
    '.PP\n.BR cron (8),\n.BR systemd.timer (5)\n',
  ]
  // A paragraph begins behind a heading anyway.
  return parts.join('').replaceAll(/^(\.S[HS] .*\n)\.PP\n/gm, '$1')
}

function helpOf(name: string): string {
  if (name === 'help' || name === 'version') return english[name]
  const command = commandNames.find((one) => one === name)
  if (command === undefined) throw new Error(`There is no help on the command [${name}]`)
  const { head, tail } = english[command]
  return `${head}\n${tail}`
}

function usageOf(name: string): readonly string[] {
  return readHelpBlocks(helpOf(name)).flatMap((block) =>
    block.kind === 'usage' ? block.lines : [],
  )
}

function examplesOfHelp(name: string): readonly HelpExample[] {
  return readHelpBlocks(helpOf(name)).flatMap((block) =>
    block.kind === 'examples' ? block.examples : [],
  )
}

/** Usage, examples and the exit codes of `cp` have sections of their own. */
function formatCommand(name: string): string {
  const blocks = readHelpBlocks(helpOf(name)).map((block) => {
    if (block.kind === 'lines') return verbatim(block.lines.map(escapeRoff))
    const isShown = block.kind === 'text' && !(name === 'cp' && block.text.startsWith('Exit codes'))
    return isShown ? paragraph(block.text) : ''
  })
  return subsection(`${name}: ${summaryOf(name, 'English')}`) + blocks.join('')
}

function formatFlags(command: CommandName): string {
  if (command !== 'cp') return formatFlagList(command, `obsutil ${command}`, commandFlags[command])
  const { groups, idle } = english.cp
  return [
    ...flagGroups.map((group) =>
      formatFlagList(command, titleOf(groups[group]), flagsOfGroup(group)),
    ),
    subsection('obsutil cp: flags of other tasks'),
    paragraph(idle.trim()),
    ...idleFlags.map((flag) => tagged(typed(showFlag(flag)), sentenceOf(flag, 'English'))),
  ].join('')
}

/** The heading of a group of flags in the help, as one of the page. */
function titleOf(heading: string): string {
  return `obsutil cp: ${heading.trim().replace(/:$/, '')}`
}

function formatFlagList(command: CommandName, title: string, flags: readonly FlagSpec[]): string {
  if (flags.length === 0) return ''
  return subsection(title) + flags.map((flag) => formatFlag(command, flag)).join('')
}

function formatFlag(command: CommandName, flag: FlagSpec): string {
  const one = { command, flag }
  const about = aboutFlag(one, 'English')
  const examples = examplesOf(one, 'English').filter(({ does }) => does !== '')
  return [
    tagged(typed(showFlag(flag)), sentenceOf(flag, 'English')),
    ...about.split(/\n{2,}/).map((text) => (text === '' ? '' : paragraph(text, '.IP'))),
    examples.length === 0
      ? ''
      : indented(examples.map(({ words, does }) => formatExample({ line: words, does })).join('')),
  ].join('')
}

/** A task id is too long for a line that is meant to be read. */
function formatExample({ line, does }: HelpExample): string {
  return tagged(
    typed(line.replaceAll(/\b[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}\b/g, '<taskId>')),
    does,
  )
}

function formatKeys(exampleConfig: string): readonly string[] {
  const explained = explanationsIn(exampleConfig)
  return Object.values(KEYS).map(({ key, fallbackText }) => {
    const { text, value } = explained.get(key) ?? {}
    if (text === undefined) throw new Error(`.obsutilconfig.example does not explain [${key}]`)
    return tagged(bold(fallbackText === '' ? key : `${key}=${value}`), text)
  })
}

/** The comment above each key of the example file, and the value there, which is its default. */
function explanationsIn(
  exampleConfig: string,
): ReadonlyMap<string, { readonly text: string; readonly value: string }> {
  const found = exampleConfig.matchAll(/((?:^# .*\n)+)^(\w+)=(.*)$/gm)
  return new Map(
    Array.from(found, ([, comment = '', key = '', value = '']) => [
      key,
      { text: comment.replaceAll(/^# /gm, '').trim(), value },
    ]),
  )
}
