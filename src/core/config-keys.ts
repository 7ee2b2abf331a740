import type { LogLevel, Setting } from './setting.ts'
import { flag, integer, partSize, seconds, size, statuses, text, word } from './setting.ts'

const MB = 1024 * 1024
/** No rate limit below this many bytes a second. */
const LEAST_RATE = 10 * 1024
/** A buffer beyond this would be a slip of the pen. */
const MOST_BUFFER = 1024 * MB

const LOG_LEVELS: readonly LogLevel[] = ['OFF', 'ERROR', 'WARN', 'INFO', 'DEBUG']
const LANGUAGES: readonly ('English' | 'Chinese')[] = ['English', 'Chinese']

/**
 * Every key that has an effect on a download, with its default and its rule (manual: Configuration
 * Parameters). `region`, `checkETagMd5` and `roundPause` are this tool's own; an empty path means the one beneath the home folder.
 */
export const KEYS = {
  endpoint: text('endpoint'),
  region: text('region'),
  ak: text('ak'),
  sk: text('sk'),
  token: text('token'),
  autoChooseSecurityProvider: flag('autoChooseSecurityProvider', 'false'),
  connectTimeout: seconds('connectTimeout', 30),
  socketTimeout: seconds('socketTimeout', 310),
  maxRetryCount: integer('maxRetryCount', 3, { min: 0, max: 1000 }),
  maxConnections: integer('maxConnections', 1000, { min: 1 }),
  proxyUrl: text('proxyUrl'),
  rateLimitThreshold: rateLimit('rateLimitThreshold'),
  readBufferIoSize: size('readBufferIoSize', 8192, { min: 1, max: MOST_BUFFER }),
  writeBufferIoSize: size('writeBufferIoSize', 65_536, { min: 1, max: MOST_BUFFER }),
  defaultBigfileThreshold: size('defaultBigfileThreshold', 50 * MB, { min: 1 }),
  defaultPartSize: partSize('defaultPartSize'),
  defaultParallels: integer('defaultParallels', 5, { min: 1 }),
  defaultJobs: integer('defaultJobs', 5, { min: 1 }),
  defaultTempFileDir: text('defaultTempFileDir'),
  checkSourceChange: flag('checkSourceChange', 'false'),
  checkETagMd5: flag('checkETagMd5', 'true'),
  skipCheckEmptyFolder: flag('skipCheckEmptyFolder', 'false'),
  fsyncForDownload: flag('fsyncForDownload', 'false'),
  forceOverwriteForDownload: flag('forceOverwriteForDownload', 'true'),
  fastFailThreshold: integer('fastFailThreshold', 5),
  abortHttpStatusForResumableTasks: statuses(
    'abortHttpStatusForResumableTasks',
    [401, 403, 404, 405, 409],
  ),
  roundPause: seconds('roundPause', 10, 0),
  recordMaxLogSize: size('recordMaxLogSize', 30 * MB, { min: 1 }),
  recordBackups: integer('recordBackups', 1024, { min: 1 }),
  utilLogPath: text('utilLogPath'),
  utilLogLevel: word('utilLogLevel', 'INFO', LOG_LEVELS),
  utilMaxLogSize: size('utilMaxLogSize', 30 * MB, { min: 1 }),
  utilLogBackups: integer('utilLogBackups', 10, { min: 0 }),
  sdkLogPath: text('sdkLogPath'),
  sdkLogLevel: word('sdkLogLevel', 'WARN', LOG_LEVELS),
  sdkMaxLogSize: size('sdkMaxLogSize', 30 * MB, { min: 1 }),
  sdkLogBackups: integer('sdkLogBackups', 10, { min: 0 }),
  humanReadableFormat: flag('humanReadableFormat', 'true'),
  showProgressBar: flag('showProgressBar', 'true'),
  showStartTime: flag('showStartTime', 'true'),
  helpLanguage: word('helpLanguage', 'English', LANGUAGES),
}

/** Keys of the manual that only uploads and copies look at: accepted, without effect here. */
export const KEYS_WITHOUT_EFFECT: readonly string[] = [
  'endpointCrr',
  'akCrr',
  'skCrr',
  'tokenCrr',
  'defaultJobsCacheCount',
  'memoryEconomicalScanForUpload',
  'panicForSymbolicLinkCircle',
  'showBytesForCopy',
  'faultTolerantMode',
]

function rateLimit(key: string): Setting<number> {
  const off = size(key, 0, { min: 0, max: 0 })
  const limit = size(key, 0, { min: LEAST_RATE })
  return {
    ...limit,
    rule: `0 or ${limit.rule}`,
    parse: (value) => off.parse(value) ?? limit.parse(value),
  }
}
