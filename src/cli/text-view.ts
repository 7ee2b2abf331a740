import { createProgress } from './progress-bar.ts'
import type { ProgressMode } from './progress-drawing.ts'
import { formatFailures, formatUnreadable } from './failure-summary.ts'
import { formatDuration } from '../core/units.ts'
import type { RunSoFar, RunView } from './run-view.ts'
import { formatPlan } from './plan-text.ts'
import { formatHeader, formatStart, formatSummary } from './summary.ts'

/** Where the text goes and how much there is of it. */
export interface TextViewOptions {
  readonly stdout: { write(text: string): unknown }
  readonly stderr: { write(text: string): unknown }
  /** Whether both are seen in the same place. */
  readonly streams: 'one-terminal' | 'apart'
  readonly progressMode: ProgressMode
  /** Width of the terminal; 0 where it does not tell. */
  readonly columns: () => number
  /** Its height; 0 where it does not tell. */
  readonly rows: () => number
  /** Configuration key `showStartTime`. */
  readonly startTime: 'shown' | 'hidden'
  /** Takes secrets out of what quotes the command line. */
  readonly redact: (text: string) => string
}

/** Shows a run as the manual has it, and on stderr what failed and how to go on. */
export function createTextView(options: TextViewOptions): RunView {
  const { stdout, stderr, redact } = options
  return {
    started(fields) {
      stdout.write(formatStart(fields.startedAtMs, options.startTime))
      stdout.write(formatHeader(fields))
    },
    newProgress: () =>
      createProgress({
        mode: options.progressMode,
        stream: stdout,
        columns: options.columns,
        rows: options.rows,
        now: () => performance.now(),
      }),
    outcome() {},
    warned() {},
    roundEnded({ failed, round, rounds, pauseMs }) {
      const items = `${failed} ${failed === 1 ? 'item' : 'items'}`
      const next = `round ${round + 1} of at most ${rounds}`
      stdout.write(`${items} failed; ${next} begins in ${formatDuration(pauseMs)}\n\n`)
    },
    roundStarted({ taskId }) {
      stdout.write(`Task id: ${taskId}\n`)
    },
    brokeOff(fields) {
      stdout.write(formatSummary(fields))
    },
    ended(fields) {
      stdout.write(formatSummary(fields))
      const { plan } = fields
      if (plan === undefined) return void stderr.write(redact(formatLeft(fields)))
      stdout.write(redact(formatPlan(plan)))
      // On one and the same terminal the plan has told the causes already.
      const causes = options.streams === 'one-terminal' ? [] : fields.causes
      stderr.write(redact(formatLeft({ ...fields, causes })))
    },
  }
}

/** What is left to do, and how; nothing where nothing is. */
function formatLeft(end: RunSoFar): string {
  const unread = formatUnreadable(end.unreadable, end.whereIs('warning'))
  const { failed } = end.tally
  if (failed === 0) return unread
  return `${unread}${formatFailures({ ...end, failed, list: end.whereIs('failed') })}`
}
