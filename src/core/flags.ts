import { AppError } from './errors.ts'
import { lastOf, parseWhole, valuesOf } from './flag-values.ts'
import type { PartSize } from './setting.ts'
import type { TimeRange } from './time-range.ts'
import { parseTimeRange } from './time-range.ts'
import { parseSize } from './units.ts'
import { checkUploadFlags } from './upload-flags.ts'

/** The words of `cp` as the command line gave them: a boolean flag is `true` or `false`. */
export interface CommandWords {
  readonly flags: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly positionals: readonly string[]
}

/** The flags of `cp`, checked. Undefined means that the configuration or the default decides. */
export interface Flags {
  readonly taskId: string
  readonly dryRun: boolean
  readonly force: boolean
  readonly update: boolean
  readonly verifyLength: boolean
  readonly verifyMd5: boolean
  readonly filterFolders: boolean
  readonly clear: boolean
  readonly requesterPays: boolean
  /** Nothing but JSON objects on stdout. */
  readonly json: boolean
  /** Nothing that goes well is told. */
  readonly quiet: boolean
  /** Rounds after the first one. */
  readonly rounds: number
  readonly jobs: number | undefined
  readonly parallels: number | undefined
  readonly thresholdBytes: number | undefined
  readonly partSize: PartSize | undefined
  readonly include: readonly string[]
  readonly exclude: readonly string[]
  readonly timeRange: TimeRange | undefined
  /** `-timeRange` as it was given, to be shown. */
  readonly timeRangeText: string | undefined
  readonly outputFolder: string | undefined
  readonly checkpointFolder: string | undefined
  readonly tempFolder: string | undefined
  readonly configFile: string | undefined
  readonly warnings: readonly string[]
}

/**
 * Checks the words of `cp` by themselves, before any file is looked at. Throws a `usage` fault that
 * names the flag and the value, and `not-a-download` where there is no `-recover`. An empty value
 * counts as not given, as with the official tool, but for a task id or a number. A `-j`, `-p`,
 * `-threshold` or `-ps` of 0 or less counts as not given, too.
 */
export function parseFlags({ flags, positionals }: CommandWords): Flags {
  const last = (name: string): string | undefined => lastOf(flags[name])
  const given = (name: string): string | undefined => last(name) || undefined
  const isOn = (name: string): boolean => last(name) === 'true'

  const taskId = parseTaskId(last('recover'))
  const timeRangeText = given('timeRange')
  checkUploadFlags({ acl: given('acl'), storageClass: given('sc'), metadata: given('meta') })
  parseCount('msm', last('msm'))
  return {
    taskId,
    dryRun: isOn('dryRun'),
    force: isOn('f'),
    update: isOn('u'),
    verifyLength: isOn('vlength'),
    verifyMd5: isOn('vmd5'),
    filterFolders: isOn('mf'),
    clear: isOn('clear'),
    requesterPays: parsePayer(given('payer')),
    json: isOn('json'),
    quiet: isOn('quiet'),
    rounds: parseCount('rounds', last('rounds')) ?? 0,
    jobs: parseCount('j', last('j')),
    parallels: parseCount('p', last('p')),
    thresholdBytes: parseBytes('threshold', last('threshold')),
    partSize: parsePartSize(last('ps')),
    include: valuesOf(flags['include']).filter((pattern) => pattern !== ''),
    exclude: valuesOf(flags['exclude']).filter((pattern) => pattern !== ''),
    timeRange: timeRangeText === undefined ? undefined : parseTimeRange(timeRangeText),
    timeRangeText,
    outputFolder: given('o'),
    checkpointFolder: given('cpd'),
    tempFolder: given('tempFileDir'),
    configFile: given('config'),
    warnings: [...checkPositionals(positionals), ...checkVersion(given('versionId'))],
  }
}

function parseTaskId(text: string | undefined): string {
  if (text === undefined) {
    throw new AppError('not-a-download', 'cp without -recover is not supported', {
      hint: 'This tool resumes download tasks: obsutil cp -recover=<taskId>',
    })
  }
  if (text === '') {
    throw new AppError('usage', 'invalid value "" for flag -recover: the task id is empty')
  }
  return text
}

function parsePayer(text: string | undefined): boolean {
  if (text === undefined || text === 'requester') return text === 'requester'
  throw new AppError('usage', `Invalid payer [${text}], possible values are:[requester]`)
}

function parseCount(name: string, text: string | undefined): number | undefined {
  return text === undefined ? undefined : aboveZero(parseWhole(name, text))
}

function parsePartSize(text: string | undefined): PartSize | undefined {
  return text?.trim().toLowerCase() === 'auto' ? 'auto' : parseBytes('ps', text)
}

function parseBytes(name: 'threshold' | 'ps', text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const bytes = parseSize(text)
  if (bytes !== undefined) return aboveZero(bytes)
  const what = name === 'ps' ? 'The part size' : 'The threshold'
  throw new AppError('usage', `${what} [${text}] is not well-formed`, {
    hint: `-${name} takes a whole number of bytes, or of KB, MB, GB or TB, such as 9MB`,
  })
}

function aboveZero(value: number): number | undefined {
  return value > 0 ? value : undefined
}

/**
 * One word is tolerated, for the manual's own example has one. Two, or one that names an object,
 * would be a copy of its own in the official tool, which must not turn into a resumed task here.
 */
function checkPositionals(words: readonly string[]): readonly string[] {
  const [word, ...more] = words
  if (word === undefined) return []
  if (more.length > 0 || word.startsWith('obs://')) {
    throw new AppError(
      'usage',
      `Invalid args [${words.join(' ')}], -recover takes no source or target`,
      {
        hint: 'Every object goes to the path that its task recorded.',
      },
    )
  }
  return [`The argument [${word}] is ignored: every object goes to the path that its task recorded`]
}

/** One version cannot be meant for all objects of a list, and each has its own there. */
function checkVersion(versionId: string | undefined): readonly string[] {
  if (versionId === undefined) return []
  return [
    `The flag [-versionId=${versionId}] is ignored: every object comes in the version that its task recorded`,
  ]
}
