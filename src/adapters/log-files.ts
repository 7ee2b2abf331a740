import { messageOf } from '../core/errors.ts'
import type { Log } from '../core/ports.ts'
import { createRedact } from '../core/secrets.ts'
import type { LogLevel } from '../core/setting.ts'
import { formatReportTime } from '../core/utc-time.ts'
import { createPauses } from './pauses.ts'
import type { RotatingFileOptions } from './rotating-file.ts'
import { createRotatingFile } from './rotating-file.ts'

/** A log file, its limits, and what it needs to know. */
export interface LogFileOptions extends RotatingFileOptions {
  readonly level: LogLevel
  /** Never written; looked at again for each event, so the caller may add to it. */
  readonly secrets: readonly string[]
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** Told once, when the log cannot be written; nothing is logged from then on. */
  readonly onTrouble: (message: string) => void
}

/** A log on disk. Events come back at once and are written in order, some moments later. */
export interface LogFile extends Log {
  /** Returns when every event so far is written. Never rejects. */
  close(): Promise<void>
}

/**
 * Opens a log (manual: Log Files): one line an event, `2026-11-22T18:56:24Z [INFO]: text`. The file
 * and its folder come into being with the first event of the level or above. Never throws, for a
 * run does not end because its log is in trouble.
 */
export function openLog(options: LogFileOptions): LogFile {
  const file = createRotatingFile(options)
  const redact = createRedact(options.secrets)
  let waiting: string[] = []
  let writing: Promise<void> | undefined
  let isSilent = options.level === 'OFF'
  const pauses = createPauses(gatheringMs)

  async function drain(): Promise<void> {
    try {
      while (waiting.length > 0) {
        await pauses.passed()
        const lines = waiting
        waiting = []
        await file.append(lines)
      }
    } catch (error) {
      isSilent = true
      waiting = []
      options.onTrouble(`The log [${options.path}] cannot be written: ${messageOf(error)}`)
    }
    writing = undefined
  }

  function add(level: EventLevel, text: string): void {
    if (isSilent || RANK[level] > RANK[options.level]) return
    waiting.push(formatLine(level, redact(text), options.now()))
    writing ??= drain()
  }

  return {
    debug: (text) => add('DEBUG', text),
    info: (text) => add('INFO', text),
    warn: (text) => add('WARN', text),
    error: (text) => add('ERROR', text),
    async close() {
      pauses.end()
      while (writing !== undefined) await writing
      isSilent = true
      // What was written is written; a failing close of a log helps nobody.
      await file.close().catch(() => undefined)
    },
  }
}

/** Events of so long go out together: a write for each would cost as much as a small object. */
const gatheringMs = 50

type EventLevel = Exclude<LogLevel, 'OFF'>

const RANK: Readonly<Record<LogLevel, number>> = { OFF: 0, ERROR: 1, WARN: 2, INFO: 3, DEBUG: 4 }

/** A control character could end the line, or steer the terminal that shows it. */
function formatLine(level: EventLevel, text: string, nowMs: number): string {
  return `${formatReportTime(nowMs)} [${level}]: ${text.replace(/[\p{Cc}\u2028\u2029]/gu, ' ')}\n`
}
