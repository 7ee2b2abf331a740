import { commandFlags, type CommandName } from './command-table.ts'
import { idleFlags, workingFlags, type FlagSpec } from './flag-table.ts'
import { chinese } from './help-chinese.ts'
import { english } from './help-english.ts'

/** What can be asked about: everything at once, or a command. */
export type HelpTopic = CommandName | 'overview' | 'help' | 'version'

/** The languages of the help (manual: helpLanguage). */
export type HelpLanguage = 'English' | 'Chinese'

/** What `obsutil help [command]` shows. */
export function formatHelp(topic: HelpTopic, language: HelpLanguage): string {
  const texts = language === 'Chinese' ? chinese : english
  const list = (flags: readonly FlagSpec[]) =>
    flags.map((flag) => formatFlag(flag, language, texts.example)).join('')
  switch (topic) {
    case 'overview':
    case 'help':
    case 'version':
      return texts[topic]
    case 'cp': {
      const { head, idle, tail } = texts.cp
      return head + list(workingFlags) + idle + list(idleFlags) + tail
    }
    case 'tasks':
    case 'ls':
    case 'config':
      return texts[topic].head + list(commandFlags[topic]) + texts[topic].tail
  }
}

function formatFlag(flag: FlagSpec, language: HelpLanguage, exampleLabel: string): string {
  const isText = flag.kind === 'text'
  const shown = isText ? `-${flag.name}=<${flag.placeholder}>` : `-${flag.name}`
  const example = isText ? `-${flag.name}=${flag.example}` : `-${flag.name}`
  const help = language === 'Chinese' ? flag.chineseHelp : flag.help
  return `  ${shown}\n      ${help}\n      ${exampleLabel}${example}\n`
}
