import { openLog, type LogFile } from '../adapters/log-files.ts'
import type { Config } from '../core/config.ts'

/** The two logs of a run (manual: Log Files). */
export interface Logs {
  /** What the tool does. */
  readonly log: LogFile
  /** What the store is asked and answers. */
  readonly sdkLog: LogFile
}

interface LogSurroundings {
  /** Shows a line to the user. */
  readonly say: (text: string) => void
  /** Where the log is that the configuration names so. */
  readonly pathOf: (path: string) => string
}

/**
 * Opens both; neither is there on disk before its first event. Neither ever holds one of the
 * secrets, which may become more.
 */
export function openLogs(
  config: Config,
  secrets: readonly string[],
  { say, pathOf }: LogSurroundings,
): Logs {
  const common = {
    secrets,
    now: Date.now,
    onTrouble: (message: string) => say(`Warn: ${message}`),
  }
  const open = (log: Config['utilLog']) => openLog({ ...log, path: pathOf(log.path), ...common })
  return {
    log: open(config.utilLog),
    sdkLog: open(config.sdkLog),
  }
}
