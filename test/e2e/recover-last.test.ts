/** `cp -recover=last`, and what is said of an id that is none. */
import assert from 'node:assert/strict'
import { chmod, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'node:test'
import { errorAnswer, stallAt } from '../support/fault-scripts.ts'
import { parseEvents } from '../support/json-schema.ts'
import { assertTidy, makeBench, newTaskIdOf, type Bench } from './support/bench.ts'

const OLD = new Date('2024-01-01T00:00:00Z')
const NEW = new Date('2024-02-01T00:00:00Z')

test('the newest task that is a download and has failures is resumed, and named', async (t) => {
  const bench = await makeBench(t)
  const [old, fresh] = await layTwo(bench)
  const upload =
    '2024-03-01T00:00:00Z 1B, /data/x --> obs://b/x, n/a, n/a, n/a, error message [m], n/a\n'
  await bench.writeFailureList({ text: upload, time: new Date('2024-03-01T00:00:00Z') })
  await bench.writeFailureList({ text: '', time: new Date('2024-04-01T00:00:00Z') })

  const first = await bench.recover('last')
  const second = await bench.recover('last')
  const third = await bench.recover('last')

  await bench.assertExit(first, 0)
  assert.equal(first.stderr, `Resuming task ${fresh}\n`)
  await bench.assertExit(second, 0)
  assert.equal(second.stderr, `Resuming task ${old}\n`)
  assert.deepEqual([third.code, third.stdout], [2, ''])
  assert.match(
    third.stderr,
    /^Error: There is no failed download in \[.+\] that is not resumed yet\n/,
  )
})

test('a dry run changes nothing about which task is the last, and names a whole id to go on', async (t) => {
  const bench = await makeBench(t, { config: { maxRetryCount: 0 } })
  const [, fresh] = await layTwo(bench)
  bench.server.script.add({ on: { key: 'new' }, do: errorAnswer(403, 'AccessDenied') })

  const dry = await bench.recover('last', '-dryRun')
  const again = await bench.recover('last')

  for (const run of [dry, again]) {
    assert.match(run.stderr, new RegExp(`^Resuming task ${fresh}\n`))
  }
  assert.match(dry.stderr, new RegExp(`^To go on: obsutil cp -recover=${fresh} `, 'm'))
  assert.match(
    again.stderr,
    new RegExp(`^To go on: obsutil cp -recover=${newTaskIdOf(again)} `, 'm'),
  )
  assert.match(
    (await bench.recover('last')).stderr,
    new RegExp(`^Resuming task ${newTaskIdOf(again)}\n`),
  )
})

test('a run that was killed is no last task: the one that it resumed has all of it', async (t) => {
  const bench = await makeBench(t, { config: { maxRetryCount: 0 } })
  const [, fresh] = await layTwo(bench, [{ key: 'refused', body: 'x' }])
  const { script, requests } = bench.server
  script.add({ on: { key: 'refused' }, do: errorAnswer(403, 'AccessDenied') })
  script.add({ on: { key: 'new' }, do: stallAt(1) })
  const doomed = bench.start('last', '-j=1')
  await requests.arrived({ key: 'new' })
  const [, doomedId = ''] = await doomed.waitForStdout(/Task id: (\S{36})\n/)
  for (;;) {
    // The refused item is in its list before it is killed.
    if (
      (await readdir(bench.out)).some(
        (name) => name.includes(`failed_report`) && name.includes(doomedId),
      )
    )
      break
  }

  const meanwhile = await bench.recover('last')
  assert.deepEqual([meanwhile.code, meanwhile.stdout], [2, ''])
  assert.match(
    meanwhile.stderr,
    new RegExp(
      `^Error: The newest task \\[${fresh}\\] is being resumed just now, by process ${doomed.child.pid}\n`,
    ),
  )

  await doomed.kill('SIGKILL')
  script.clear()
  const run = await bench.recover('last')
  await bench.assertExit(run, 0)
  assert.equal(run.stderr, `Resuming task ${fresh}\n`)
  await bench.assertArrived({ key: 'refused', body: 'x' }, { key: 'new', body: 'new' })
})

test('a newest list that must not be trusted ends the run, rather than that an older one is taken', async (t) => {
  const bench = await makeBench(t)
  await layTwo(bench)
  const newest = (await readdir(bench.out)).find((name) => name.includes('20240201')) ?? ''
  await chmod(join(bench.out, newest), 0o666)

  const run = await bench.recover('last')

  assert.equal(run.code, 6)
  assert.match(run.stderr, /^Error: Anybody may write to the list /)
})

test('without a folder, or without tasks, last is exit 2', async (t) => {
  const bench = await makeBench(t)
  for (const flags of [[], [`-o=${bench.root}/none`]]) {
    const run = await bench.recover('last', ...flags)
    assert.deepEqual([run.code, run.stdout], [2, ''])
    assert.match(run.stderr, /^Error: There is no .+\n.+\n$/)
    assertTidy(run)
  }
})

test('an id that is nearly one, or the beginning of one, is answered with the one that was meant', async (t) => {
  const bench = await makeBench(t)
  const [, fresh] = await layTwo(bench)
  for (const typed of [
    fresh.slice(0, 8),
    fresh.slice(0, -1),
    fresh.toUpperCase(),
    `cp_failed_report_20240201000000_${fresh}.txt`,
  ]) {
    const run = await bench.recover(typed)
    assert.equal(run.code, 2)
    assert.equal(
      run.stderr,
      `Error: Cannot find any failed-record file for task id [${typed}]!\n` +
        `Did you mean ${fresh}? The tasks that there are: obsutil tasks -o=${bench.out}\n`,
    )
  }
  assert.deepEqual(bench.asked(), [])
})

test('with -quiet last is silent of a success and where nothing is left, but not of a missing folder', async (t) => {
  const bench = await makeBench(t)
  await bench.listObjects({ key: 'a', body: 'x' })

  const good = await bench.recover('last', '-quiet')
  const none = await bench.recover('last', '-quiet')
  const loud = await bench.recover('last', '-quiet', '-quiet=false')
  const elsewhere = await bench.recover('last', '-quiet', `-o=${bench.root}/none`)
  const json = await bench.recover('last', '-quiet', '-json')

  assert.deepEqual([good.code, good.stdout, good.stderr], [0, '', ''])
  assert.deepEqual([none.code, none.stdout, none.stderr], [2, '', ''])
  assert.match(loud.stderr, /^Error: There is no failed download in /)
  assert.equal(elsewhere.code, 2)
  assert.match(elsewhere.stderr, /^Error: There is no folder of lists /)
  assert.deepEqual([json.code, json.stderr], [2, ''])
  const events = parseEvents(json.stdout)
  assert.deepEqual(
    events.map(({ fault, exitCode }) => [fault, exitCode]),
    [['nothing-left', 2]],
  )
})

/** An old task and a newer one, each with an object of its own. */
async function layTwo(
  bench: Bench,
  more: readonly { readonly key: string; readonly body: string }[] = [],
): Promise<readonly [old: string, fresh: string]> {
  const [old, ...fresh] = [{ key: 'old', body: 'old' }, ...more, { key: 'new', body: 'new' }]
  bench.put(old ?? assert.fail(), ...fresh)
  return [
    await bench.writeFailureList({ items: [bench.itemOf(old)], time: OLD }),
    await bench.writeFailureList({ items: fresh.map(bench.itemOf), time: NEW }),
  ]
}
