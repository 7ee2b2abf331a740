import type { DownloadPlan } from '../core/download-plan.ts'
import { adviceFor } from '../core/failure-advice.ts'
import type { Cause } from '../core/failure-causes.ts'
import type { Item } from '../core/item.ts'
import type { Failed, Outcome } from '../core/outcome.ts'
import type { Warning } from '../core/ports.ts'
import type { ProgressView } from '../core/stats.ts'
import { createJsonLines } from './json-lines.ts'
import { createJsonProgress } from './json-progress.ts'
import type { RunEnd, RunStart, RunView } from './run-view.ts'

/** Of the events as docs/json.md describes them; a new one is for changes that break readers. */
const schemaVersion = 1

export interface JsonViewOptions {
  readonly stdout: { write(text: string): unknown }
  /** `few`: no `item_done` and no `progress` (`-quiet`). */
  readonly events: 'all' | 'few'
  /** Takes secrets out of what quotes the command line. */
  readonly redact: (text: string) => string
}

/** Shows a run as one JSON object a line, and nothing else (docs/json.md). */
export function createJsonView({ stdout, events, redact }: JsonViewOptions): RunView {
  const lines = createJsonLines(stdout)
  const emit = (event: string, fields: object) =>
    lines.write({ version: schemaVersion, event, time: new Date().toISOString(), ...fields })
  const all = events === 'all'
  let taskId = ''
  return {
    started(fields) {
      taskId = fields.taskId
      emit('run_started', startFields(fields))
    },
    newProgress: () =>
      createJsonProgress((view) => {
        if (all) emit('progress', { taskId, ...progressFields(view) })
      }),
    outcome(outcome) {
      if (outcome.kind === 'failed') emit('item_failed', { taskId, ...failedFields(outcome) })
      else if (all && outcome.kind !== 'left-out') {
        emit('item_done', { taskId, ...doneFields(outcome) })
      }
    },
    warned(warning) {
      emit('warning', { taskId, ...warningFields(warning) })
    },
    roundEnded({ rounds, ...fields }) {
      emit('round_ended', { ...fields, mostRounds: rounds })
    },
    roundStarted({ rounds, ...fields }) {
      taskId = fields.taskId
      emit('round_started', { ...fields, mostRounds: rounds })
    },
    // The events of the rounds have told it.
    brokeOff() {},
    ended(fields) {
      emit('run_ended', endFields(fields, redact))
      lines.flush()
    },
  }
}

/** The line of a run that could not be carried out; it is the only or the last one. */
export function formatRunFailed(failure: {
  readonly exitCode: number
  readonly fault: string
  readonly message: string
  readonly hint: string | undefined
}): string {
  const { exitCode, fault, message, hint = null } = failure
  const time = new Date().toISOString()
  return `${JSON.stringify({ version: schemaVersion, event: 'run_failed', time, exitCode, fault, message, hint })}\n`
}

function startFields(start: RunStart) {
  return {
    taskId: start.taskId,
    resumedTaskId: start.resumedTaskId,
    dryRun: start.dryRun,
    jobs: start.jobs,
    parallels: start.parallels,
    thresholdBytes: start.thresholdBytes,
    partSizeBytes: start.partSizeBytes === 'auto' ? null : start.partSizeBytes,
    update: start.update,
    verifyLength: start.verifyLength,
    verifyMd5: start.verifyMd5,
    include: start.include,
    exclude: start.exclude,
    timeRange: start.timeRange ?? null,
    outputFolder: start.outputDir,
    checkpointFolder: start.checkpointDir,
    tempFolder: start.tempFileDir,
  }
}

function itemFields(item: Item) {
  const { bucket, key, versionId = null, destination } = item
  return { bucket, key, versionId, destination }
}

function failedFields({ item, sizeBytes, costMs, status, code, message, requestId }: Failed) {
  return {
    ...itemFields(item),
    sizeBytes: sizeBytes ?? null,
    costMs: costMs === undefined ? null : Math.round(costMs),
    status: status ?? null,
    code: code ?? null,
    message,
    advice: adviceFor({ status, code }) ?? null,
    requestId: requestId ?? null,
  }
}

const results = {
  succeeded: 'downloaded',
  unchanged: 'unchanged',
  'dry-run': 'would-download',
} as const

function doneFields(outcome: Exclude<Outcome, { readonly kind: 'failed' | 'left-out' }>) {
  const { kind, item, sizeBytes, costMs, status, requestId } = outcome
  const isDownload = kind === 'succeeded'
  return {
    result: results[kind],
    ...itemFields(item),
    sizeBytes: sizeBytes ?? null,
    fetchedBytes: isDownload ? outcome.fetchedBytes : 0,
    costMs: costMs === undefined ? null : Math.round(costMs),
    status: status ?? null,
    checks: isDownload ? outcome.checks : [],
    md5: (isDownload ? outcome.md5 : undefined) ?? null,
    requestId: requestId ?? null,
  }
}

function warningFields(warning: Warning) {
  return warning.kind === 'line'
    ? { message: warning.text, bucket: null, key: null, versionId: null, destination: null }
    : { message: warning.message, ...itemFields(warning.item) }
}

function progressFields(view: ProgressView) {
  return {
    itemsDone: view.itemsDone,
    itemsFailed: view.itemsFailed,
    itemsTotal: view.itemsTotal,
    bytesDone: view.bytesPresent,
    bytesTotal: view.bytesTotal,
    percent: view.percent,
    bytesPerSecond: Math.round(view.bytesPerSecond),
    itemsPerSecond: Math.round(view.tps * 100) / 100,
    timeLeftMs: view.timeLeftMs === undefined ? null : Math.round(view.timeLeftMs),
  }
}

function endFields(end: RunEnd, redact: (text: string) => string) {
  const { tally, lists } = end
  return {
    taskId: end.taskId,
    exitCode: end.exitCode,
    interrupted: end.endedBy === 'interrupt',
    rounds: end.rounds,
    succeeded: tally.succeeded,
    failed: tally.failed,
    unchanged: tally.skipped,
    leftOut: tally.leftOut,
    warnings: end.warnings,
    unreadableLines: end.unreadable,
    succeededBytes: tally.succeededBytes,
    transferredBytes: tally.transferredBytes,
    elapsedMs: Math.max(0, Math.round(end.endedAtMs - end.startedAtMs)),
    lists: {
      succeed: lists.succeed ?? null,
      failed: lists.failed ?? null,
      warning: lists.warning ?? null,
    },
    causes: end.causes.map((cause) => causeFields(cause, redact)),
    causeCount: end.causeCount,
    plan: end.plan === undefined ? null : planFields(end.plan, redact),
    resumeCommand: tally.failed > 0 && end.command !== undefined ? redact(end.command) : null,
  }
}

function causeFields(cause: Cause, redact: (text: string) => string) {
  return {
    count: cause.count,
    status: cause.status ?? null,
    code: cause.code ?? null,
    message: redact(cause.message),
    example: cause.example,
    advice: adviceFor(cause) ?? null,
  }
}

function planFields(plan: DownloadPlan, redact: (text: string) => string) {
  const withCauses = ({ causes, ...failures }: DownloadPlan['failing']) => ({
    ...failures,
    causes: causes.map((cause) => causeFields(cause, redact)),
  })
  return {
    ...plan,
    failing: withCauses(plan.failing),
    unknown: withCauses(plan.unknown),
    space: plan.space.map((space) => ({ ...space, freeBytes: space.freeBytes ?? null })),
  }
}
