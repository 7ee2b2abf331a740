import { KEYS, KEYS_WITHOUT_EFFECT } from './config-keys.ts'
import type { LogLevel, PartSize, Setting } from './setting.ts'
import { mostSimilarWord } from './similar-words.ts'

/** Where a log goes and how long it may get. */
interface LogSettings {
  readonly path: string
  readonly level: LogLevel
  readonly maxSizeBytes: number
  /** Rotated files that are kept; 0 keeps none. */
  readonly backups: number
}

/**
 * The configuration of a run, checked and complete. Named as in the manual, but for the unit where
 * a number has one. Texts are empty where nothing was configured; paths stand as they were written.
 */
export interface Config {
  readonly endpoint: string
  readonly region: string
  readonly ak: string
  readonly sk: string
  readonly token: string
  /** Ask the ECS metadata service where no keys are given. */
  readonly autoChooseSecurityProvider: boolean
  readonly connectTimeoutMs: number
  /** An attempt ends when no byte came for so long. */
  readonly socketTimeoutMs: number
  /** Tries after the first. */
  readonly maxRetryCount: number
  readonly maxConnections: number
  /** Of the file, else of the environment; not yet checked, may hold a password. */
  readonly proxyUrl: string
  /** Whose proxy that is. */
  readonly proxyOrigin: 'configuration' | 'environment'
  /** Hosts that are reached without the proxy, as NO_PROXY has them. */
  readonly noProxy: string
  /** Over all transfers; 0 is no limit. */
  readonly rateLimitBytesPerSecond: number
  readonly readBufferBytes: number
  readonly writeBufferBytes: number
  readonly bigFileThresholdBytes: number
  readonly partSize: PartSize
  readonly parallels: number
  readonly jobs: number
  readonly tempFolder: string
  readonly checkSourceChange: boolean
  /** Whether an ETag that looks like an MD5 is taken for one. */
  readonly checkETagMd5: boolean
  readonly skipCheckEmptyFolder: boolean
  readonly fsyncForDownload: boolean
  readonly forceOverwriteForDownload: boolean
  readonly fastFailThreshold: number
  readonly abortStatuses: ReadonlySet<number>
  /** Before the first of further rounds (`-rounds`). */
  readonly roundPauseMs: number
  readonly recordMaxBytes: number
  readonly recordBackups: number
  readonly utilLog: LogSettings
  readonly sdkLog: LogSettings
  readonly humanReadableFormat: boolean
  readonly showProgressBar: boolean
  readonly showStartTime: boolean
  readonly helpLanguage: 'English' | 'Chinese'
}

/** What a configuration depends on besides its file. */
export interface ConfigSurroundings {
  /** The home folder, without a slash at the end. */
  readonly home: string
  readonly environment: Readonly<Record<string, string | undefined>>
}

/** A configuration, and what the user should know of it; no warning holds a secret. */
export interface ResolvedConfig {
  readonly config: Config
  readonly warnings: readonly string[]
}

/**
 * Makes a whole configuration of the entries of a file. Never throws: an unknown key or a value that
 * breaks its rule is a warning, and the default is used. What the file leaves empty is taken from
 * the environment where it has it (keys, token, endpoint, proxy). `lines` are the numbers of the
 * lines that keys stand in, as far as known.
 */
export function resolveConfig(
  entries: ReadonlyMap<string, string>,
  { home, environment }: ConfigSurroundings,
  lines: ReadonlyMap<string, number> = new Map(),
): ResolvedConfig {
  const warnings = Array.from(entries.keys())
    .filter(isUnknown)
    .map((key) => describeUnknown(key, lines.get(key)))

  function take<T>(setting: Setting<T>): T {
    const text = entries.get(setting.key) ?? ''
    if (text === '') return setting.fallback
    const value = setting.parse(text)
    if (value !== undefined) return value
    warnings.push(describeBroken(setting, text))
    return setting.fallback
  }

  /** A stand-in of the sample file counts as empty. */
  function given(setting: Setting<string>, ...names: readonly string[]): string {
    const candidates = [take(setting), ...names.map((name) => environment[name]?.trim() ?? '')]
    return candidates.find((text) => text !== '' && !isPlaceholder(text)) ?? ''
  }

  const config: Config = {
    endpoint: given(KEYS.endpoint, 'OBS_ENDPOINT'),
    region: take(KEYS.region),
    ak: given(KEYS.ak, 'OBS_ACCESS_KEY_ID'),
    sk: given(KEYS.sk, 'OBS_SECRET_ACCESS_KEY'),
    token: given(KEYS.token, 'OBS_SECURITY_TOKEN'),
    autoChooseSecurityProvider: take(KEYS.autoChooseSecurityProvider),
    connectTimeoutMs: take(KEYS.connectTimeout),
    socketTimeoutMs: take(KEYS.socketTimeout),
    maxRetryCount: take(KEYS.maxRetryCount),
    maxConnections: take(KEYS.maxConnections),
    proxyUrl: given(KEYS.proxyUrl, 'HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy'),
    proxyOrigin: given(KEYS.proxyUrl) === '' ? 'environment' : 'configuration',
    noProxy: environment['NO_PROXY'] ?? environment['no_proxy'] ?? '',
    rateLimitBytesPerSecond: take(KEYS.rateLimitThreshold),
    readBufferBytes: take(KEYS.readBufferIoSize),
    writeBufferBytes: take(KEYS.writeBufferIoSize),
    bigFileThresholdBytes: take(KEYS.defaultBigfileThreshold),
    partSize: take(KEYS.defaultPartSize),
    parallels: take(KEYS.defaultParallels),
    jobs: take(KEYS.defaultJobs),
    tempFolder: take(KEYS.defaultTempFileDir),
    checkSourceChange: take(KEYS.checkSourceChange),
    checkETagMd5: take(KEYS.checkETagMd5),
    skipCheckEmptyFolder: take(KEYS.skipCheckEmptyFolder),
    fsyncForDownload: take(KEYS.fsyncForDownload),
    forceOverwriteForDownload: take(KEYS.forceOverwriteForDownload),
    fastFailThreshold: take(KEYS.fastFailThreshold),
    abortStatuses: take(KEYS.abortHttpStatusForResumableTasks),
    roundPauseMs: take(KEYS.roundPause),
    recordMaxBytes: take(KEYS.recordMaxLogSize),
    recordBackups: take(KEYS.recordBackups),
    utilLog: Object.freeze({
      path: take(KEYS.utilLogPath) || `${home}/.obsutil_log/obsutil.log`,
      level: take(KEYS.utilLogLevel),
      maxSizeBytes: take(KEYS.utilMaxLogSize),
      backups: take(KEYS.utilLogBackups),
    }),
    sdkLog: Object.freeze({
      path: take(KEYS.sdkLogPath) || `${home}/.obsutil_log/obssdk.log`,
      level: take(KEYS.sdkLogLevel),
      maxSizeBytes: take(KEYS.sdkMaxLogSize),
      backups: take(KEYS.sdkLogBackups),
    }),
    humanReadableFormat: take(KEYS.humanReadableFormat),
    showProgressBar: take(KEYS.showProgressBar),
    showStartTime: take(KEYS.showStartTime),
    helpLanguage: take(KEYS.helpLanguage),
  }
  return { config: Object.freeze(config), warnings }
}

/** What the manual's sample file has where keys and endpoint belong. */
function isPlaceholder(text: string): boolean {
  return /^(\*\*\* Provide your .* \*\*\*|(https?:\/\/)?your-endpoint(:\d+)?\/?)$/i.test(text)
}

function isUnknown(key: string): boolean {
  return !Object.hasOwn(KEYS, key) && !KEYS_WITHOUT_EFFECT.includes(key)
}

/**
 * A line `<secret>=` reads as a key too, and many a secret looks like a name: only what differs from
 * a known key by a slip of the finger is shown, for the rest the number of the line has to do.
 */
function describeUnknown(key: string, line: number | undefined): string {
  const meant = mostSimilarWord(key, [...Object.keys(KEYS), ...KEYS_WITHOUT_EFFECT])
  const where = line === undefined ? '' : ` in line ${line}`
  const shown = meant !== undefined && /^[\w.-]+$/.test(key) ? key : '****'
  const text = `The configuration key [${shown}]${where} is unknown and has no effect`
  return meant === undefined ? text : `${text}; did you mean [${meant}]?`
}

function describeBroken<T>({ key, rule, fallbackText }: Setting<T>, text: string): string {
  return `The value [${text}] of the configuration key [${key}] is not ${rule}; the default [${fallbackText}] is used`
}
