import { readConfigFile } from '../adapters/config-file.ts'
import { locateConfigFile, rewriteConfigFile } from '../adapters/config-writer.ts'
import { askInTurn, type Question } from '../cli/config-questions.ts'
import {
  assertWritable,
  parseConfigWords,
  type ConfigChanges,
  type ConfigKey,
} from '../core/config-changes.ts'
import { editConfigText, NEW_CONFIG_TEXT } from '../core/config-text.ts'
import { resolveConfig, type Config } from '../core/config.ts'
import { AppError } from '../core/errors.ts'
import type { CommandWords } from '../core/flags.ts'
import { chooseConfigFile } from '../core/options.ts'
import { maskAccessKey } from '../core/secrets.ts'
import { interruptedExitCode } from './interrupts.ts'
import { pathSurroundings, type World } from './world.ts'

/**
 * `obsutil config`: writes endpoint, keys and token, of flags or of answers, into the configuration
 * file. Returns the exit code; throws an `AppError`, with the file as it was, where it cannot.
 */
export async function runConfig(words: CommandWords, world: World): Promise<number> {
  const request = parseConfigWords(words)
  const { path } = chooseConfigFile(request, pathSurroundings(world))
  const target = await locateConfigFile(path)
  const { entries } = await readConfigFile(target, { required: false, kind: 'plain' })
  // The environment is not asked: this is about what stands in the file.
  const { config } = resolveConfig(entries, { home: world.homeFolder, environment: {} })
  const changes = request.kind === 'write' ? request.changes : await askForChanges(config, world)
  if (changes === 'interrupted') {
    world.stderr.write('Warn: Interrupted, nothing was written\n')
    return interruptedExitCode
  }

  await rewriteConfigFile(target, (text) => editConfigText(text ?? NEW_CONFIG_TEXT, changes))
  if (keepsOldToken(config, changes)) {
    world.stderr.write('Warn: The file still has the token of earlier keys; -t= removes it\n')
  }
  world.stdout.write(`Config file url:\n  ${path}\nUpdate config file successfully!\n`)
  return 0
}

/** A token goes with the keys it came with, and makes the store refuse all others. */
function keepsOldToken({ token }: Config, changes: ConfigChanges): boolean {
  const hasNewKeys = changes.has('ak') || changes.has('sk')
  return token !== '' && hasNewKeys && !changes.has('token')
}

const ORDER: readonly ConfigKey[] = ['ak', 'sk', 'endpoint', 'token']
const REMOVE = '-'

async function askForChanges(config: Config, world: World): Promise<ConfigChanges | 'interrupted'> {
  if (ORDER.some((key) => config[key] !== '')) {
    world.stdout.write('An empty answer keeps what is shown in brackets.\n')
  }
  const questions = ORDER.map((key) => questionFor(key, config))
  const answers = await askInTurn(questions, { input: world.stdin, output: world.stdout })
  if (answers === 'interrupted') return answers
  if (answers === 'ended') {
    throw new AppError('usage', 'The input ended before all was answered, nothing was written', {
      hint: 'There are four answers, one a line: ak, sk, endpoint, token. Any may be empty.',
    })
  }
  const changes = new Map<ConfigKey, string>()
  for (const [index, key] of ORDER.entries()) {
    const answer = answers[index] ?? ''
    if (answer !== '') changes.set(key, key === 'token' && answer === REMOVE ? '' : answer)
  }
  assertWritable(changes)
  return changes
}

function questionFor(key: ConfigKey, config: Config): Question {
  const shown = describeCurrent(key, config[key])
  return {
    text: `Please input your ${key}${shown === '' ? '' : ` [${shown}]`}:`,
    answer: key === 'sk' || key === 'token' ? 'hidden' : 'shown',
  }
}

/** Of the access key no more than its first 4 characters, of the other secrets nothing. */
function describeCurrent(key: ConfigKey, value: string): string {
  if (value === '') return ''
  switch (key) {
    case 'endpoint':
      return value
    case 'ak':
      return maskAccessKey(value)
    case 'sk':
      return '****'
    case 'token':
      return `****, ${REMOVE} removes it`
  }
}
