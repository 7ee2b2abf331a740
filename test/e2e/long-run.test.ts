/**
 * A long list with faults all over it: every item in one list, and nothing that grows with the number
 * of items. OBSUTIL_TEST_ITEMS sets another number, such as 200000.
 */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import test, { type TestContext } from 'node:test'
import { errorAnswer, type Fault, type Script } from '../support/fault-scripts.ts'
import { BUCKET, prepareTask } from './support/task-bench.ts'

// oxlint-disable-next-line node/no-process-env -- set by whoever wants a longer run
const ITEMS = Number(process.env['OBSUTIL_TEST_ITEMS'] ?? 2000)
const JOBS = 20
const BODY = 'the body of them all'

/** By the last digits of an item's number; most have none. */
const FAULTS: readonly {
  readonly every: number
  readonly at: number
  readonly fault: Fault
  readonly times: 'once' | 'always'
}[] = [
  { every: 40, at: 1, fault: errorAnswer(503, 'SlowDown'), times: 'once' },
  { every: 40, at: 2, fault: { break: { at: 5, by: 'reset' } }, times: 'once' },
  { every: 40, at: 3, fault: { break: { at: 'head', by: 'cut' } }, times: 'once' },
  { every: 40, at: 4, fault: { headers: { Connection: 'close' } }, times: 'once' },
  { every: 40, at: 5, fault: errorAnswer(404, 'NoSuchKey'), times: 'always' },
  { every: 40, at: 6, fault: errorAnswer(403, 'AccessDenied'), times: 'always' },
]

test(`of ${ITEMS} items with faults among them each is in one list, and no descriptor is lost`, async (t) => {
  if (process.platform !== 'linux') return t.skip('descriptors are counted in /proc')
  const bench = await prepareTask(t, { objects: [], config: { maxRetryCount: 20 } })
  const keys = Array.from({ length: ITEMS }, (_, at) => `${at}`)
  for (const key of keys) bench.server.objects.put({ bucket: BUCKET, key, body: BODY })
  scatterFaults(bench.server.script)
  const items = keys.map((key) => ({
    bucket: BUCKET,
    key,
    destination: bench.destinationOf(`${Number(key) % 100}/${key}`),
    size: `${BODY.length}B`,
  }))
  const taskId = await bench.space.writeFailureList({ items })

  const run = bench.start({ taskId, flags: [`-j=${JOBS}`], timeoutMs: 60_000 + 5 * ITEMS })
  const watched = watchProcess(t, run.child.pid ?? 0)
  const { code, stdout } = await run.done

  assert.equal(code, 8, stdout)
  const lost = keys.filter((key) => ['5', '6'].includes(`${Number(key) % 40}`))
  const { succeed, failed, warning } = await bench.space.readReports()
  assert.deepEqual(namesIn(failed), lost.toSorted())
  assert.deepEqual(namesIn(succeed), keys.filter((key) => !lost.includes(key)).toSorted())
  assert.deepEqual(warning, [])
  assert.match(
    stdout,
    new RegExp(`Succeed count: +${succeed.length} +Failed count: +${failed.length}\n`),
  )
  const { mostDescriptors, mostBytes } = watched()
  // A connection and a file for each item in flight, and what a process has anyway.
  assert.ok(mostDescriptors < 2 * JOBS + 40, `${mostDescriptors} descriptors`)
  t.diagnostic(`${ITEMS} items: ${mostDescriptors} descriptors, ${Math.round(mostBytes / 1e6)} MB`)
  assert.ok(mostBytes < 250e6, `${mostBytes} bytes`)
})

function scatterFaults(script: Script): void {
  for (const { every, at, fault, times } of FAULTS) {
    const befallen = new Set<string>()
    script.add({
      on({ key }) {
        if (Number(key) % every !== at || befallen.has(key)) return false
        if (times === 'once') befallen.add(key)
        return true
      },
      do: fault,
    })
  }
}

/** Looks at a process from time to time; the result says what was the most that was seen. */
function watchProcess(t: TestContext, pid: number) {
  let mostDescriptors = 0
  let mostBytes = 0
  const look = () => {
    try {
      mostDescriptors = Math.max(mostDescriptors, readdirSync(`/proc/${pid}/fd`).length)
      const [, kilobytes] =
        /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
      mostBytes = Math.max(mostBytes, 1024 * Number(kilobytes ?? 0))
    } catch {
      // It has ended; what was seen until then counts.
    }
  }
  const timer = setInterval(look, 50)
  t.after(() => clearInterval(timer))
  return () => {
    assert.ok(mostDescriptors > 0, 'the process was never seen')
    return { mostDescriptors, mostBytes }
  }
}

function namesIn(lines: readonly string[]): readonly string[] {
  return lines.map((line) => /obs:\/\/[^/]+\/(\d+) --> /.exec(line)?.[1] ?? line).toSorted()
}
