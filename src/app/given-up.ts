import { ItemError } from '../core/errors.ts'
import { takenCode } from '../core/failure-prospects.ts'
import type { Item } from '../core/item.ts'

/** What has not started when a run is given up. */
export function taskAborted(): ItemError {
  return new ItemError('Task is aborted', { code: 'AbortError' })
}

/** Of two objects for one file the first one has it. */
export function destinationTaken(item: Item): ItemError {
  return new ItemError(
    `Another object of this task goes to [${item.destination}] too, and came first`,
    { code: takenCode },
  )
}
