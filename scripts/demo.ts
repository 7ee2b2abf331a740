import { setMaxListeners } from 'node:events'
import { parseArgs } from 'node:util'
import { messageOf } from '../src/core/errors.ts'
import { fullAmount, smallAmount, type Amount } from './demo/objects.ts'
import { present } from './demo/present.ts'
import { createScreen } from './demo/screen.ts'

const usage = `Usage: npm run demo -- [--small] [--keep]
  --small  fewer objects and only one large one
  --keep   leave the folder with everything in it at the end
`
const interruptedExitCode = 130
const wrongUsageExitCode = 2

process.exitCode = await main()

async function main(): Promise<number> {
  const flags = readFlags()
  if (flags === undefined) {
    process.stderr.write(usage)
    return wrongUsageExitCode
  }
  const interrupt = new AbortController()
  setMaxListeners(0, interrupt.signal)
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => interrupt.abort())
  }
  const isVisited = process.stdin.isTTY && process.stdout.isTTY
  try {
    await present({
      ...flags,
      afterwards: isVisited ? 'stay' : 'leave',
      screen: createScreen(process.stdout),
      // oxlint-disable-next-line node/no-process-env -- the tool gets the environment of the visitor
      environment: { ...process.env },
      workingFolder: process.cwd(),
      signal: interrupt.signal,
    })
    return 0
  } catch (error) {
    if (interrupt.signal.aborted) return interruptedExitCode
    process.stderr.write(`\nThe demo failed: ${messageOf(error)}\n`)
    return 1
  }
}

function readFlags(): { amount: Amount; folderAtEnd: 'removed' | 'kept' } | undefined {
  try {
    const { values } = parseArgs({
      options: { small: { type: 'boolean' }, keep: { type: 'boolean' } },
    })
    return {
      amount: values.small === true ? smallAmount : fullAmount,
      folderAtEnd: values.keep === true ? 'kept' : 'removed',
    }
  } catch {
    // Whatever is wrong with them, the usage has the few words that are right.
    return undefined
  }
}
