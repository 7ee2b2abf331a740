import { openLog, type LogFile } from '../adapters/log-files.ts'
import type { Config } from '../core/config.ts'

/** The two logs of a run (manual: Log Files). */
export interface Logs {
  /** What the tool does. */
  readonly log: LogFile
  /** What the store is asked and answers. */
  readonly sdkLog: LogFile
}

/**
 * Opens both; neither is there on disk before its first event. Neither ever holds one of the
 * secrets, which may become more. `say` shows a line to the user.
 */
export function openLogs(
  config: Config,
  secrets: readonly string[],
  say: (text: string) => void,
): Logs {
  const common = {
    secrets,
    now: Date.now,
    onTrouble: (message: string) => say(`Warn: ${message}`),
  }
  return {
    log: openLog({ ...config.utilLog, ...common }),
    sdkLog: openLog({ ...config.sdkLog, ...common }),
  }
}
