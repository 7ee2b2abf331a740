/** Failure lists that somebody wrote to do harm: what stands in them, and what stands in their place. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { appendFile, chmod, chown, mkdir, open, symlink, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'node:test'
import { promisify } from 'node:util'
import { failureListName } from '../support/failure-list.ts'
import { listTree } from '../support/workspace.ts'
import { makeBench, type Bench } from './support/bench.ts'
import { watchPeakMemory } from './support/peak-memory.ts'

const TIME = new Date('2024-01-02T03:04:05.678Z')
const AT = '2024-01-02T03:04:05Z'
const TAIL = 'cost [1], status [500], error code [], error message [], request id []'
const MEGABYTE = 1_048_576
/** A run of a few objects takes some 90 MB. */
const MOST_MEMORY_BYTES = 300 * MEGABYTE

function line(route: string): string {
  return `${AT} 4B, ${route}, ${TAIL}`
}

/** Lines that name no download that could be done; `DEST` stands for the folder of destinations. */
const HOSTILE: readonly (string | Buffer)[] = [
  '\0',
  '\0'.repeat(100_000),
  'words',
  '\u001B]0;title\u0007\u001B[2J\u001B[31m',
  `${AT} `,
  `${AT} 4B, `,
  `${AT} 4B, obs://`,
  line('obs://bucket-a/x\0y --> DEST/x\0y'),
  line('obs:///x --> DEST/x'),
  line('obs://bucket-a/ --> DEST/x'),
  line('obs://bucket-a/x --> dest/x'),
  line('obs://bucket-a/x --> ~/x'),
  line('obs://bucket-a/x --> ../x'),
  line('obs://bucket-a/x --> file:///x'),
  line('obs://bucket-a/x --> C:\\x'),
  line('obs://bucket-a/x --> '),
  line('https://bucket-a/x --> DEST/x'),
  line('DEST/x --> DEST/y'),
  line('obs://bucket-a/x --> DEST/x').replace('2024-01-02', '2024-1-2'),
  line('obs://bucket-a/x --> DEST/x').slice(0, -2),
  line('obs://bucket-a/x --> DEST/x').replace('[500]', '[five]'),
  `${line('obs://bucket-a/x --> DEST/x')}, item [eyJ9]`,
  `${line('obs://bucket-a/x --> DEST/x')}, item [${Buffer.from('{"bucket":"bucket-a","key":"x","destination":"/planted"}').toString('base64url')}]`,
  `${line('obs://bucket-a/x --> DEST/x')}, item [${Buffer.from(`${'['.repeat(100_000)}${']'.repeat(100_000)}`).toString('base64url')}]`,
  line(`obs://bucket-a/${' --> /'.repeat(20_000)} --> DEST/x`),
  line(`obs://bucket-a/${', error message ['.repeat(20_000)} --> DEST/x`),
  line(`obs://bucket-a/${'x'.repeat(MEGABYTE)} --> DEST/x`),
  'x'.repeat(3 * MEGABYTE),
  Buffer.concat([Buffer.from(`${AT} 4B, obs://bucket-a/`), Buffer.from([0xc0, 0xaf, 0xff, 0xfe])]),
  Buffer.from(line('obs://bucket-a/\uD800 --> DEST/x'), 'latin1'),
  Buffer.from(line('obs://bucket-a/caf\u00E9 --> DEST/caf\u00E9'), 'latin1'),
]

test('every hostile line is named, and each sound one between them is done or named as well', async (t) => {
  const bench = await makeBench(t)
  const keys = HOSTILE.map((_, at) => `sound-${at}`)
  bench.put(...keys.map((key) => ({ key, body: 'body' })), { key: 'x', body: 'evil' })
  const taskId = await bench.writeFailureList({ text: '' })
  const list = join(bench.out, failureListName(TIME, taskId))
  for (const [at, hostile] of HOSTILE.entries()) {
    await appendFile(list, withFolder(hostile, bench))
    await appendFile(
      list,
      `\n${line(`obs://bucket-a/sound-${at} --> ${bench.pathOf(`sound-${at}`)}`)}\n`,
    )
  }
  const memory = watchPeakMemory(bench)

  const run = await bench.run(bench.words(taskId), { env: memory.env })

  await bench.assertExit(run, 8)
  assert.match(run.stderr, /^\n\d+ lines of the old lists could not be read; see \/.+\n$/)
  assert.deepEqual(new Set(bench.asked()), new Set(['GET']))
  const { succeed, failed, warning } = await bench.readReports()
  // The end of a message that nothing opened casts doubt on the lines before it.
  const arrived = await listTree(bench.dest)
  const doubted = keys.filter((key) => warning.some((text) => text.includes(`/${key} --> `)))
  assert.deepEqual([...arrived, ...doubted].toSorted(), keys.toSorted())
  assert.ok(arrived.length > 5, arrived.join())
  assert.deepEqual(
    [succeed.length, failed.length, warning.length],
    [arrived.length, 0, HOSTILE.length + doubted.length],
  )
  for (const [at, named] of warning.entries()) {
    assert.doesNotMatch(named, /[^\P{Cc}\t]/u)
    assert.ok(named.length <= 65_536 + 100, `warning ${at} is ${named.length} characters long`)
  }
  assert.ok((await memory.read()) < MOST_MEMORY_BYTES)
})

test('a line of 300 MB is one warning, in bounded memory', async (t) => {
  const bench = await makeBench(t)
  const object = { key: 'k', body: 'body' }
  const taskId = await bench.listObjects(object)
  const list = await open(join(bench.out, failureListName(TIME, taskId)), 'r+')
  // NULs, most of which take no room on the disk.
  await list.truncate(300 * MEGABYTE)
  await list.close()
  const memory = watchPeakMemory(bench)

  const run = await bench.run(bench.words(taskId), { env: memory.env })

  await bench.assertExit(run, 8)
  await bench.assertArrived(object)
  assert.equal((await bench.readReports()).warning.length, 1)
  assert.ok((await memory.read()) < MOST_MEMORY_BYTES)
})

test('what a message of the official tool can make us believe is a download at most', async (t) => {
  const bench = await makeBench(t)
  const secret = join(bench.home, 'secret.txt')
  await writeFile(secret, 'secret')
  bench.put({ key: 'k', body: 'body' }, { key: 'bait', body: 'bait' })
  // Whole records and nothing else: written raw, they cannot be told from records of the tool.
  const message = [
    'x], request id [R]',
    line(`obs://bucket-a/bait --> ${bench.pathOf('bait')}`),
    line(`${secret} --> obs://bucket-a/stolen`),
    line('obs://bucket-a/bait --> obs://bucket-a/copied'),
    line(`obs://bucket-a/bait --> ${bench.pathOf('more')}`).replace(
      'error message []',
      'error message [y',
    ),
  ].join('\n')
  const route = `obs://bucket-a/k --> ${bench.pathOf('k')}`
  const text = `${AT} 4B, ${route}, cost [1], status [400], error code [], error message [${message}], request id [R]\n`
  const taskId = await bench.writeFailureList({ text })

  const run = await bench.recover(taskId)

  assert.ok([0, 8].includes(run.code ?? -1), run.stderr)
  assert.deepEqual(new Set(bench.server.requests.all.map(({ method }) => method)), new Set(['GET']))
  assert.ok((await listTree(bench.root)).includes('home/secret.txt'))
  const { warning } = await bench.readReports()
  for (const never of ['stolen', 'copied']) {
    assert.ok(
      warning.some((named) => named.includes(`obs://bucket-a/${never}`)),
      never,
    )
  }
})

const run = promisify(execFile)
/** What may stand where a list should, and how the run ends when nothing else is there. */
const IN_PLACE: readonly {
  readonly name: string
  readonly put: (list: string) => Promise<unknown>
  readonly code: number
}[] = [
  { name: 'a pipe', put: (list) => run('mkfifo', [list]), code: 2 },
  { name: 'a folder', put: (list) => mkdir(list), code: 2 },
  { name: 'a link to an endless device', put: (list) => symlink('/dev/zero', list), code: 2 },
  {
    name: 'a link to a pipe',
    put: async (list) => {
      await run('mkfifo', [`${list}~`])
      await symlink(`${list}~`, list)
    },
    code: 2,
  },
  { name: 'a link to a folder', put: (list) => symlink('/', list), code: 2 },
  { name: 'a link to nothing', put: (list) => symlink('nowhere', list), code: 6 },
  { name: 'a link to itself', put: (list) => symlink(list, list), code: 6 },
]

for (const { name, put, code } of IN_PLACE) {
  test(`${name} in place of a list is neither read nor waited for`, async (t) => {
    const bench = await makeBench(t)
    const object = { key: 'k', body: 'body' }
    const taskId = await bench.listObjects(object)
    const rotated = join(bench.out, `${failureListName(TIME, taskId)}.1`)
    await put(rotated)

    const beside = await bench.recover(taskId)

    // A list that is there and cannot be read may hold items; what is no list holds none.
    assert.equal(beside.code, code === 6 ? 6 : 0, beside.stderr)
    if (code !== 6) await bench.assertArrived(object)
    await unlink(join(bench.out, failureListName(TIME, taskId)))
    const alone = await bench.recover(taskId)
    assert.equal(alone.code, code, alone.stderr)
  })
}

test('a list that a stranger put into a folder open to all is refused, one of our own is not', async (t) => {
  if (process.getuid?.() !== 0) return t.skip('only root can give a file away')
  const bench = await makeBench(t)
  const object = { key: 'k', body: 'body' }
  const taskId = await bench.listObjects(object)
  await chmod(bench.out, 0o1777)
  const name = failureListName(TIME, taskId)
  const planted = join(bench.out, `${name}.1`)
  await writeFile(planted, `${line(`obs://bucket-a/k --> ${bench.pathOf('planted')}`)}\n`)
  await chown(planted, STRANGER, STRANGER)

  const refused = await bench.recover(taskId)

  await bench.assertExit(refused, 6)
  assert.match(refused.stderr, /^Error: The list \[.*\.txt\.1\] belongs to another user/)
  assert.deepEqual(bench.asked(), [])
  await unlink(planted)
  await bench.assertExit(await bench.recover(taskId), 0)
  await bench.assertArrived(object)
})

test('a list is found among 20,000 other files', async (t) => {
  const bench = await makeBench(t)
  const object = { key: 'k', body: 'body' }
  const taskId = await bench.listObjects(object)
  const other = failureListName(
    TIME,
    taskId.replace(/^./, (digit) => (digit === '0' ? '1' : '0')),
  )
  for (let at = 1; at <= 10_000; at += 1) {
    closeSync(openSync(join(bench.out, `${other}.${at}`), 'w'))
    closeSync(openSync(join(bench.out, `unrelated-${at}`), 'w'))
  }
  const memory = watchPeakMemory(bench)

  const found = await bench.run(bench.words(taskId), { env: memory.env })

  await bench.assertExit(found, 0)
  await bench.assertArrived(object)
  assert.ok((await memory.read()) < MOST_MEMORY_BYTES)
})

const STRANGER = 65_534

function withFolder(hostile: string | Buffer, bench: Bench): string | Buffer {
  return typeof hostile === 'string' ? hostile.replaceAll('DEST', bench.dest) : hostile
}
