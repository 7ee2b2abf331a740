import { adviceFor } from './failure-advice.ts'
import { createCauseTally, type Cause, type CauseTally } from './failure-causes.ts'
import { isLasting } from './failure-prospects.ts'
import type { Outcome } from './outcome.ts'
import type { PlannedItem } from './planned-item.ts'
import { createSpaceNeeds, type SpaceNeed } from './space-needs.ts'

/**
 * What a run would do, as a dry run found it. All sizes are whole bytes; it is plain data, and what is
 * undefined is left out of its JSON.
 */
export interface DownloadPlan {
  /** Objects and folders that the run would fetch or make. */
  readonly items: number
  readonly sizeBytes: number
  /** Of these, what an earlier run recorded, and is proven only when it is resumed. */
  readonly presentBytes: number
  /** What is left to be fetched. */
  readonly missingBytes: number
  readonly direct: Share
  readonly parts: Share & {
    /** Of which an earlier run has parts. */
    readonly begunItems: number
  }
  readonly folders: { readonly items: number }
  /** Files at the destinations that would be replaced. */
  readonly replaced: { readonly files: number; readonly sizeBytes: number }
  /** Items whose destination is current (`-u`). */
  readonly unchanged: { readonly items: number }
  /** Items that a filter or an answer left out. */
  readonly leftOut: { readonly items: number }
  /** Items that cannot be had as things are. */
  readonly failing: PlannedFailures
  /** Items of which nothing was found out: the store was busy, say, or the run was interrupted. */
  readonly unknown: PlannedFailures
  readonly space: readonly PlannedSpace[]
}

interface Share {
  readonly items: number
  readonly sizeBytes: number
}

/** Failures by their cause, the most frequent ones first. */
export interface PlannedFailures {
  readonly items: number
  readonly causeCount: number
  /** Of many causes, the most frequent ones. */
  readonly causes: readonly PlannedCause[]
}

interface PlannedCause extends Cause {
  /** What may help, where that is known. */
  readonly advice: string | undefined
}

/** Room on one file system. */
export interface PlannedSpace {
  /** Where it is mounted, or a folder on it. */
  readonly path: string
  /** What the run takes up at its fullest moment, at most. */
  readonly neededBytes: number
  /** What the user may still use; undefined where the file system does not tell. */
  readonly freeBytes: number | undefined
  /** 0 where there is enough, as far as that is known. */
  readonly shortBytes: number
}

/** Puts a plan together from the outcomes of a dry run, in memory that does not grow with them. */
export interface PlanTally {
  add(outcome: Outcome): void
  /** What there must be room for. */
  needs(): readonly SpaceNeed[]
  /** The plan, with the room that was found. */
  plan(space: readonly PlannedSpace[]): DownloadPlan
}

const mostCauses = 20

/** @param jobs objects that the run would have in work at a time (`-j`). */
export function createPlanTally(jobs: number): PlanTally {
  const counts = { direct: 0, parts: 0, folder: 0, begun: 0, replaced: 0, unchanged: 0, leftOut: 0 }
  const bytes = { direct: 0, parts: 0, present: 0, replaced: 0 }
  const failing = createCauseTally()
  const unknown = createCauseTally()
  const needs = createSpaceNeeds(jobs)

  const addPlanned = (planned: PlannedItem) => {
    counts[planned.way] += 1
    if (planned.way === 'folder') return
    needs.add(planned)
    bytes[planned.way] += planned.sizeBytes
    bytes.present += planned.presentBytes
    if (planned.presentBytes > 0) counts.begun += 1
    if (planned.replaced === undefined) return
    counts.replaced += 1
    bytes.replaced += planned.replaced.sizeBytes
  }
  return {
    add(outcome) {
      switch (outcome.kind) {
        case 'dry-run':
          if (outcome.planned !== undefined) addPlanned(outcome.planned)
          return
        case 'unchanged':
          counts.unchanged += 1
          return
        case 'left-out':
          counts.leftOut += 1
          return
        case 'failed':
          return (isLasting(outcome) ? failing : unknown).add(outcome)
        case 'succeeded':
          return
      }
    },
    needs: () => needs.list(),
    plan: (space) => ({
      items: counts.direct + counts.parts + counts.folder,
      sizeBytes: bytes.direct + bytes.parts,
      presentBytes: bytes.present,
      missingBytes: bytes.direct + bytes.parts - bytes.present,
      direct: { items: counts.direct, sizeBytes: bytes.direct },
      parts: { items: counts.parts, sizeBytes: bytes.parts, begunItems: counts.begun },
      folders: { items: counts.folder },
      replaced: { files: counts.replaced, sizeBytes: bytes.replaced },
      unchanged: { items: counts.unchanged },
      leftOut: { items: counts.leftOut },
      failing: describeFailures(failing),
      unknown: describeFailures(unknown),
      space,
    }),
  }
}

/** The room that is needed beside the room that there is. */
export function compareSpace(
  { neededBytes }: Pick<SpaceNeed, 'neededBytes'>,
  { path, freeBytes }: Pick<PlannedSpace, 'path' | 'freeBytes'>,
): PlannedSpace {
  const shortBytes = freeBytes === undefined ? 0 : Math.max(0, neededBytes - freeBytes)
  return { path, neededBytes, freeBytes, shortBytes }
}

function describeFailures(causes: CauseTally): PlannedFailures {
  return {
    items: causes.countOf(() => true),
    causeCount: causes.size(),
    causes: causes
      .mostFrequent(mostCauses)
      .map((cause) => ({ ...cause, advice: adviceFor(cause) })),
  }
}
