import { once } from 'node:events'
import { formatSize } from '../../src/core/units.ts'
import { playKill } from './act-kill.ts'
import { playResume } from './act-resume.ts'
import { assertBuilt, type CliSurroundings } from './cli.ts'
import { sayWhereThingsAre } from './farewell.ts'
import { makeDemoFolder, removeDemoFolder, writeConfig, type DemoFolder } from './folder.ts'
import { folderObject, largeObjects, smallObjects, totalBytes, type Amount } from './objects.ts'
import type { Screen } from './screen.ts'
import { startStore, type Store } from './store.ts'
import { upload } from './upload.ts'

/** How the demo is to be given. */
export interface Presentation extends CliSurroundings {
  readonly amount: Amount
  readonly screen: Screen
  /** Whether the server goes on until the signal comes, for somebody who tries it by hand. */
  readonly afterwards: 'stay' | 'leave'
  readonly folderAtEnd: 'removed' | 'kept'
}

/** Gives the whole demo; throws where anything is not as it should be. */
export async function present(presentation: Presentation): Promise<void> {
  const { amount, screen, folderAtEnd } = presentation
  assertBuilt()
  const large = totalBytes(largeObjects(amount))
  // The server's objects, the downloads, and one large object once more.
  const folder = await makeDemoFolder(3 * large)
  try {
    const store = await startStore(folder.store)
    try {
      await play(presentation, folder, store)
    } finally {
      await store.stop()
    }
  } finally {
    if (folderAtEnd === 'removed') await removeDemoFolder(folder)
    screen.say(`The server has stopped; ${folder.root} was ${folderAtEnd}.`)
  }
}

async function play(presentation: Presentation, folder: DemoFolder, store: Store): Promise<void> {
  const { screen, signal, amount } = presentation
  const stage = { screen, folder, store, surroundings: presentation }
  const small = smallObjects(amount)
  const large = largeObjects(amount)

  screen.step('Start an S3 server on this machine')
  screen.say(`s3rver listens on ${store.url}`)
  await writeConfig(folder.configPath, store.url)

  screen.step('Put objects into it')
  const sizes = large.map(({ source }) => formatSize(source.sizeBytes)).join(', ')
  screen.say(
    `${small.length} small ones (${formatSize(totalBytes(small))}), a folder, and ${large.length} large (${sizes})`,
  )
  await upload([...small, folderObject, ...large], store.url)
  signal.throwIfAborted()

  const everything = [...large, ...small]
  const resume = await playResume(stage, everything)
  const kill = await playKill(stage, large.slice(-1))
  sayWhereThingsAre(stage, resume, kill)
  await stay(presentation, store)
}

async function stay({ afterwards, folderAtEnd, screen, signal }: Presentation, store: Store) {
  if (afterwards === 'leave') {
    screen.say('This is no terminal, so it ends here; in one the server runs until Ctrl+C.')
    return
  }
  screen.say(
    folderAtEnd === 'removed'
      ? 'Ctrl+C here stops the server and removes the folder (--keep leaves it).'
      : 'Ctrl+C here stops the server; the folder stays.',
  )
  await Promise.race([store.ended, signal.aborted || once(signal, 'abort')])
  screen.endLine()
}
