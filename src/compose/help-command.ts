import { readConfigFile } from '../adapters/config-file.ts'
import { locateConfigFile } from '../adapters/config-writer.ts'
import type { HelpLanguage } from '../cli/flag-help.ts'
import type { HelpRequest } from '../cli/help-request.ts'
import { formatFlagHelp, formatHelp } from '../cli/help-text.ts'
import { KEYS } from '../core/config-keys.ts'
import { AppError } from '../core/errors.ts'
import { chooseConfigFile } from '../core/options.ts'
import { pathSurroundings, type World } from './world.ts'

/** Shows help in the language that the configuration file asks for. */
export async function showHelp(
  { subject, configFile }: HelpRequest,
  world: World,
): Promise<number> {
  const { path } = chooseConfigFile({ configFile }, pathSurroundings(world))
  const language = await readLanguage(path)
  world.stdout.write(
    subject.kind === 'topic'
      ? formatHelp(subject.topic, language)
      : formatFlagHelp(subject.flags, language),
  )
  return 0
}

/** A file that is missing or broken keeps nobody from reading the help: it is in English then. */
async function readLanguage(path: string): Promise<HelpLanguage> {
  const { helpLanguage } = KEYS
  try {
    const file = await locateConfigFile(path)
    const { entries } = await readConfigFile(file, { required: false })
    return helpLanguage.parse(entries.get(helpLanguage.key) ?? '') ?? helpLanguage.fallback
  } catch (error) {
    if (error instanceof AppError) return helpLanguage.fallback
    throw error
  }
}
