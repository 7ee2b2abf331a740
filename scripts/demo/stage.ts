import type { CliSurroundings } from './cli.ts'
import type { DemoFolder } from './folder.ts'
import type { Screen } from './screen.ts'
import type { Store } from './store.ts'

/** What the acts of the demo play with. */
export interface Stage {
  readonly screen: Screen
  readonly folder: DemoFolder
  readonly store: Store
  readonly surroundings: CliSurroundings
}
