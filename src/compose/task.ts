import type { Config } from '../core/config.ts'
import type { Keys } from '../core/credentials.ts'
import type { Endpoint } from '../core/endpoint.ts'
import type { Filters } from '../core/filters.ts'
import type { CommandWords } from '../core/flags.ts'
import type { Options } from '../core/options.ts'
import type { KeyPlaces } from './keys.ts'

/** A task that was found, and what it is to be resumed with. */
export interface Task {
  readonly options: Options
  readonly config: Config
  /** The keys that the run starts with. */
  readonly keys: Keys
  readonly keyPlaces: KeyPlaces
  readonly endpoint: Endpoint
  /** The proxy of all requests; undefined where they go straight to the store. */
  readonly proxyUrl: string | undefined
  readonly filters: Filters
  /** The flags as they were given. */
  readonly flags: CommandWords['flags']
  /** What becomes of items that are beyond help by their line. */
  readonly hopeless: 'tried' | 'carried-over'
  /** Paths of the failure lists. */
  readonly lists: readonly string[]
  /** The command line that resumes a task in the same way. */
  readonly commandFor: (taskId: string) => string
}
