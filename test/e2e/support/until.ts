import { setTimeout as sleep } from 'node:timers/promises'

/** Asks again and again until the answer is yes; rejects, naming what it waited for, after long. */
export async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  for (let waitedMs = 0; waitedMs < WAIT_LIMIT_MS; waitedMs += POLL_MS) {
    if (await isSo()) return
    await sleep(POLL_MS)
  }
  throw new Error(`Waited too long until ${what}`)
}

const POLL_MS = 10
const WAIT_LIMIT_MS = 30_000
