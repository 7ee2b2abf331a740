import type { CauseTally } from './failure-causes.ts'
import type { JournaledRun, SinceThen, Superseded } from './task-chain.ts'

/** What kind of task left the lists; `mixed` has downloads and others, `unreadable` nothing else. */
export type TaskKind = 'download' | 'upload' | 'copy' | 'mixed' | 'unreadable' | 'empty'

/** What the failure lists of a task come to. An item that is listed twice counts twice. */
export interface TaskSurvey {
  readonly kind: TaskKind
  /** Downloads that failed. */
  readonly items: number
  readonly uploads: number
  readonly copies: number
  /** Lines that look like items, or may have been some. */
  readonly unreadable: number
  /** Of the items whose size the lists tell; where they round it, the middle of what it may be. */
  readonly bytes: number
  readonly isRounded: boolean
  /** Items whose size the lists do not tell. */
  readonly unsized: number
  /** Of the items. */
  readonly causes: CauseTally
}

/** All that is known of a task that has failure lists, or has an entry in the journal. */
export interface TaskFacts {
  readonly taskId: string
  /** When it began: `yyyyMMddHHmmss`, UTC; '' where that is not known. */
  readonly time: string
  /** Paths of its failure lists. */
  readonly lists: readonly string[]
  /** What they come to, or why they cannot be read. */
  readonly survey: TaskSurvey | string
  /** The run that it was, where the journal knows it. */
  readonly run: JournaledRun | undefined
  readonly since: SinceThen
  readonly superseded: Superseded | undefined
  /** The task to resume for what is left of this one. */
  readonly goOnWith: string
}
