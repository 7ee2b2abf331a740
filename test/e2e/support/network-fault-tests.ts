import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { test, type TestContext } from 'node:test'
import { findGaps } from '../../../src/core/part-plan.ts'
import { startFaultServer } from '../../support/fault-server.ts'
import { joined } from '../../support/joined-ranges.ts'
import { assertFileHolds, generated } from '../../support/test-bytes.ts'
import { listTree } from '../../support/workspace.ts'
import { networkFaultsOf, type NetworkFault, type Phase } from './network-faults.ts'
import { assertNothingLeft, PART_BYTES, PART_FLAGS, rangesAsked, readPartRecords } from './parts.ts'
import { readFailures, succeededKeys, type ReportedFailure } from './reported-failure.ts'
import { prepareTask, type TaskBench } from './task-bench.ts'
import { openTransport, type Transport, type TransportKind } from './transport.ts'

const OBJECT_BYTES = 3 * PART_BYTES
const MAX_RETRIES = 2
const OLD_TEXT = 'the old file'

/** How a run comes to make the request that the fault befalls. */
interface PhaseSetUp {
  readonly phase: Phase
  readonly listed: 'sized' | 'unsized'
  readonly flags: readonly string[]
  /** The requests that are befallen. */
  readonly concerned: { readonly method: string; readonly range?: RegExp }
}

const IN_PARTS = { listed: 'unsized', flags: [...PART_FLAGS, '-p=1'] } as const

const PHASES: readonly PhaseSetUp[] = [
  { phase: 'HEAD', listed: 'unsized', flags: [], concerned: { method: 'HEAD' } },
  { phase: 'GET', listed: 'sized', flags: [], concerned: { method: 'GET' } },
  { phase: 'first part', ...IN_PARTS, concerned: { method: 'GET', range: /^bytes=\d{1,4}-/ } },
  { phase: 'later part', ...IN_PARTS, concerned: { method: 'GET', range: /^bytes=1\d{4}-/ } },
]

/** An object with a fault that befalls it once or each time. */
interface Case extends NetworkFault {
  readonly key: string
  readonly times: 'once' | 'always'
  readonly concerned: PhaseSetUp['concerned'] & { readonly key: string }
}

/**
 * Tests every fault in every phase of a download, once and for good, over one transport: what is asked
 * again, what the lists say, what stays on the disk, and that a run without faults fetches the rest.
 */
export function testNetworkFaults(kind: TransportKind): void {
  for (const setUp of PHASES) {
    test(`cp -recover over ${kind} with maxRetryCount=2 and a fault in the ${setUp.phase}:`, async (t) => {
      const elsewhere = await startElsewhere(t)
      const cases = casesOf(setUp, elsewhere.endpoint)
      const transport = await openTransport(t, kind)
      if (transport === undefined) return t.skip('there is no openssl')
      const bench = await prepareCases(t, cases, { ...setUp, transport })

      const first = await bench.run({ flags: [...setUp.flags, '-j=100'] })

      assert.equal(first.code, 8)
      assert.deepEqual(elsewhere.requests.all, [], 'a redirect was followed')
      const failures = await readFailures(bench.space)
      const succeeded = new Set(await succeededKeys(bench.space))
      for (const one of cases) {
        await t.test(`${one.name}, ${one.times}: ${one.reaction}`, async () => {
          assertRequests(bench, one)
          if (isSurvived(one)) {
            assert.ok(succeeded.has(one.key), failures.get(one.key)?.message)
            await assertFileHolds(bench.destinationOf(one.key), bodyOf(one, cases))
          } else {
            assertReported(failures.get(one.key), one)
            assert.equal(await readFile(bench.destinationOf(one.key), 'utf8'), OLD_TEXT)
          }
        })
      }
      await t.test('temp files stay only beside their records', () => assertTempFiles(bench, cases))
      await t.test('a run without faults fetches all the rest', async () => {
        await assertSecondRun(bench, cases, setUp)
      })
    })
  }
}

function casesOf({ phase, concerned }: PhaseSetUp, elsewhere: string): readonly Case[] {
  return networkFaultsOf(phase, elsewhere).flatMap((fault) =>
    (['once', 'always'] as const).map((times) => {
      const key = `${fault.name.replaceAll(/\W+/g, '-')}.${times}`
      return { ...fault, key, times, concerned: { ...concerned, key } }
    }),
  )
}

async function startElsewhere(t: TestContext) {
  const elsewhere = await startFaultServer({ credentials: 'anyone' })
  t.after(() => elsewhere.close())
  elsewhere.objects.put({ bucket: 'bucket-a', key: 'stolen', body: 'stolen' })
  return elsewhere
}

async function prepareCases(
  t: TestContext,
  cases: readonly Case[],
  { listed, transport }: PhaseSetUp & { readonly transport: Transport },
): Promise<TaskBench> {
  const objects = cases.map((one) => ({ key: one.key, body: bodyOf(one, cases) }))
  const config = { maxRetryCount: MAX_RETRIES }
  const bench = await prepareTask(t, { objects, listed, config, transport })
  await Promise.all(cases.map(({ key }) => writeFile(bench.destinationOf(key), OLD_TEXT)))
  bench.server.script.add(
    ...cases.map(({ concerned, fault, times }) => ({
      on: { ...concerned, ...(times === 'once' && { nth: 1 }) },
      do: fault,
    })),
  )
  return bench
}

function bodyOf(one: Case, cases: readonly Case[]) {
  return generated(OBJECT_BYTES, cases.indexOf(one))
}

function isSurvived({ times, reaction }: Case): boolean {
  return times === 'once' && reaction !== 'given up'
}

function assertRequests(bench: TaskBench, one: Case): void {
  const triesByReaction = {
    'given up': 1,
    'begun again': 2,
    'tried again': one.times === 'once' ? 2 : 1 + MAX_RETRIES,
  }
  const tries = bench.server.requests.seen(one.concerned)
  const shown = tries.map(({ method, range = '' }) => `${method} ${range}`).join('\n')
  const expected = triesByReaction[one.reaction]
  // A connection that was used before is tried anew, for it may only have been idle for too long.
  const isRepeated = one.times === 'always' && one.isUnanswered === true
  const most = isRepeated ? 2 * expected : expected
  assert.ok(tries.length >= expected && tries.length <= most, shown)
}

function assertReported(failure: ReportedFailure | undefined, one: Case): void {
  assert.ok(failure, 'it is in no failure list')
  const { status, code = '', message, requestId } = failure
  assert.equal(status, one.status, message)
  if (typeof one.code === 'string') assert.equal(code, one.code)
  else assert.match(code, one.code)
  assert.match(message, one.message)
  assert.match(requestId ?? '', status === 0 ? /^$/ : /^REQ\d+$/)
}

/**
 * A download in parts that failed keeps its record, with all parts but the befallen one, or, where
 * the fault ended the others, only with what came before. Nothing else leaves a temp file.
 */
async function assertTempFiles(bench: TaskBench, cases: readonly Case[]): Promise<void> {
  const { space } = bench
  const records = await readPartRecords(space)
  const temps = records.map(({ header }) => basename(header.tempFile))
  assert.deepEqual(await listTree(space.tmp), temps.toSorted())
  assert.deepEqual(await listTree(space.dest), cases.map(({ key }) => key).toSorted())

  const kept = cases.filter(
    (one) => one.others !== undefined && !isSurvived(one) && one.reaction !== 'begun again',
  )
  assert.deepEqual(
    records.map(({ header }) => header.key).toSorted(),
    kept.map(({ key }) => key).toSorted(),
  )
  for (const { header, ranges } of records) {
    const others = ranges.some(({ start }) => start === 2 * PART_BYTES) ? 'finished' : 'ended'
    assert.equal(others, kept.find(({ key }) => key === header.key)?.others, header.key)
  }
}

async function assertSecondRun(
  bench: TaskBench,
  cases: readonly Case[],
  setUp: PhaseSetUp,
): Promise<void> {
  const records = await readPartRecords(bench.space)
  bench.server.script.clear()
  bench.server.requests.forget()
  const { code, stdout } = await bench.run({ flags: [...setUp.flags, '-j=20'] })

  assert.equal(code, 0, stdout)
  for (const one of cases) await assertFileHolds(bench.destinationOf(one.key), bodyOf(one, cases))
  for (const { header, ranges } of records) {
    const missing = findGaps(OBJECT_BYTES, ranges)
    assert.deepEqual(joined(rangesAsked(bench, header.key)), missing, header.key)
  }
  await assertNothingLeft(bench.space)
}
