import { commandFlags, isCommand, type CommandName } from './command-table.ts'
import { flagGroups, flagsOfGroup } from './flag-groups.ts'
import {
  aboutFlag,
  examplesOf,
  sentenceOf,
  showFlag,
  type CommandFlag,
  type HelpLanguage,
} from './flag-help.ts'
import { idleFlags, type FlagSpec } from './flag-table.ts'
import { chinese } from './help-chinese.ts'
import { english, type HelpTexts } from './help-english.ts'

/** What can be asked about: everything at once, or a command. */
export type HelpTopic = CommandName | 'overview' | 'help' | 'version'

/** What `obsutil help [command]` shows. */
export function formatHelp(topic: HelpTopic, language: HelpLanguage): string {
  const texts = textsIn(language)
  const list = (flags: readonly FlagSpec[]) =>
    flags.map((flag) => formatFlag(flag, language, texts.example)).join('')
  if (!isCommand(topic)) return texts[topic]
  if (topic !== 'cp') return texts[topic].head + list(commandFlags[topic]) + texts[topic].tail
  const { head, groups, idle, tail } = texts.cp
  const grouped = flagGroups.map((group) => groups[group] + list(flagsOfGroup(group)))
  return head + grouped.join('\n') + idle + list(idleFlags) + tail
}

/** What the overview says of a command, in one line; '' for nothing. */
export function summaryOf(command: string, language: HelpLanguage): string {
  const lines = textsIn(language).overview.split('\n')
  const line = lines.find((one) => one.startsWith('  ') && one.split(/\s+/)[1] === command)
  return line?.trim().split(/\s{2,}/)[1] ?? ''
}

/** What `obsutil help [command] -flag` shows: the flag alone, at length, for each command that has it. */
export function formatFlagHelp(flags: readonly CommandFlag[], language: HelpLanguage): string {
  const { examples } = textsIn(language)
  return flags
    .map((one) => {
      const about = aboutFlag(one, language)
      const lines = examplesOf(one, language).map(
        ({ line, does }) => `  ${line}\n${does === '' ? '' : `      ${does}\n`}`,
      )
      const title = `obsutil ${one.command} ${showFlag(one.flag)}`
      const said = sentenceOf(one.flag, language) + (about === '' ? '' : `\n\n${about}`)
      return `${title}\n\n${said}\n\n${examples}\n${lines.join('')}`
    })
    .join('\n')
}

function textsIn(language: HelpLanguage): HelpTexts {
  return language === 'Chinese' ? chinese : english
}

function formatFlag(flag: FlagSpec, language: HelpLanguage, exampleLabel: string): string {
  const example = flag.kind === 'text' ? `-${flag.name}=${flag.example}` : `-${flag.name}`
  const help = language === 'Chinese' ? flag.chineseHelp : flag.help
  return `  ${showFlag(flag)}\n      ${help}\n      ${exampleLabel}${example}\n`
}
