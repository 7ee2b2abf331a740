/** What ends a run before its first request: one line, the exit code, and nothing done. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'node:test'
import { listTree } from '../support/workspace.ts'
import { assertRefused, layTask } from './support/refusal.ts'

const UNKNOWN = randomUUID()
const HELP = "See 'obsutil help cp'.\n"
const SET_KEYS = 'Error: Please set ak, sk and endpoint in the configuration file!\n'

test('an unknown task id exits 2', async (t) => {
  const { bench } = await layTask(t)

  const { code, stderr } = await bench.run(bench.words(UNKNOWN))

  assert.equal(code, 2)
  assert.equal(
    stderr,
    `Error: Cannot find any failed-record file for task id [${UNKNOWN}]!\n` +
      `The tasks that there are: obsutil tasks -o=${bench.out}\n`,
  )
})

test('a folder of lists that is missing, or a file, exits 2', async (t) => {
  const { bench, taskId } = await layTask(t)
  const file = join(bench.root, 'file')
  await writeFile(file, '')
  const before = await listTree(bench.root)

  for (const folder of [join(bench.root, 'missing'), file]) {
    const { code, stderr } = await bench.run(bench.words(taskId, `-o=${folder}`))

    assert.equal(code, 2)
    assert.equal(stderr, `Error: Cannot find any failed-record file for task id [${taskId}]!\n`)
  }
  assert.deepEqual(await listTree(bench.root), before)
})

const MISSING: readonly (readonly [what: string, config: Readonly<Record<string, string>>])[] = [
  ['an empty ak', { ak: '' }],
  ['an empty sk', { sk: '' }],
  ['an empty endpoint', { endpoint: '' }],
  [
    "the manual's placeholders",
    {
      ak: '*** Provide your Access Key ***',
      sk: '*** Provide your Secret Key ***',
      endpoint: 'http://your-endpoint',
    },
  ],
]

for (const [what, config] of MISSING) {
  test(`${what} in the configuration exits 3`, async (t) => {
    const { bench, taskId } = await layTask(t)
    await bench.configure(config)

    await assertRefused(bench, bench.words(taskId), { code: 3, stderr: SET_KEYS })
  })
}

test('no configuration at all exits 3, before the task is looked for', async (t) => {
  const { bench } = await layTask(t)
  const empty = join(bench.root, 'empty.conf')
  await writeFile(empty, '# nothing\n\n')

  await assertRefused(bench, bench.words(UNKNOWN, `-config=${empty}`), {
    code: 3,
    stderr: SET_KEYS,
  })
})

test('keys that the official tool encrypted exit 3 and are told what to do', async (t) => {
  const { bench, taskId } = await layTask(t)
  const encrypted = Buffer.alloc(32, 0xa7).toString('base64')
  await bench.configure({ ak: encrypted, sk: encrypted })

  const run = await bench.run(bench.words(taskId))

  assert.equal(run.code, 3)
  assert.match(run.stderr, /^Error: .*encrypted by the official obsutil.*\n.*-config.*\n$/)
  assert.ok(!run.stderr.includes(encrypted))
  assert.deepEqual(bench.asked(), [])
})

const ROUTES = {
  'an upload': '/data/x --> obs://bucket-a/x',
  'a copy': 'obs://bucket-a/x --> obs://bucket-b/y',
} as const

for (const [kind, route] of Object.entries(ROUTES)) {
  test(`the list of ${kind} task exits 7`, async (t) => {
    const { bench } = await layTask(t)
    const line = `2024-01-02T03:04:05Z 1B, ${route}, cost [1], status [0], error code [], error message [], request id []\n`
    const taskId = await bench.writeFailureList({ text: line.repeat(3) })

    await assertRefused(bench, bench.words(taskId), {
      code: 7,
      stderr:
        `Error: The task [${taskId}] is ${kind} task\n` +
        'This tool resumes downloads only; nothing was uploaded, copied or changed.\n',
    })
  })
}

test('a line in the configuration that is no `key=value` exits 5 and is not shown', async (t) => {
  const { bench, taskId } = await layTask(t)
  const path = join(bench.home, '.obsutilconfig')
  await writeFile(path, `${await readFile(path, 'utf8')}# fine\nVERYSECRETKEY\n`)

  await assertRefused(bench, bench.words(taskId), {
    code: 5,
    stderr:
      `Error: Configuration file [${path}] is not well-formed, line 5\n` +
      'Every line must be key=value, a comment that starts with #, or blank.\n',
  })
})

test('a file that `-config` names and that is not there, or is a folder, exits 5', async (t) => {
  const { bench, taskId } = await layTask(t)

  const missing = join(bench.root, 'no.conf')
  await assertRefused(bench, bench.words(taskId, `-config=${missing}`), {
    code: 5,
    stderr: `Error: open ${missing}: no such file or directory\n`,
  })
  await assertRefused(bench, bench.words(taskId, '-config', bench.home), {
    code: 5,
    stderr: `Error: open ${bench.home}: is a directory\n`,
  })
})

test('an endpoint or a proxy that cannot be one exits 5', async (t) => {
  const { bench, taskId } = await layTask(t)

  for (const config of [
    { endpoint: 'http://host/with/path' },
    { proxyUrl: 'ftp://u:secretpw@h' },
  ]) {
    await bench.configure(config)
    const run = await bench.run(bench.words(taskId))

    assert.equal(run.code, 5)
    assert.match(run.stderr, /^Error: The (?:endpoint|proxy).* is not well-formed\n[^\n]+\n$/)
    assert.ok(!run.stderr.includes('secretpw'))
  }
})

for (const [flag, what] of [
  ['cpd', 'checkpoint'],
  ['tempFileDir', 'temp file'],
] as const) {
  test(`\`-${flag}\` that names a file exits 3`, async (t) => {
    const { bench, taskId } = await layTask(t)
    const file = join(bench.root, 'file')
    await writeFile(file, '')

    await assertRefused(bench, bench.words(taskId, `-${flag}=${file}`), {
      code: 3,
      stderr: `Error: The specified ${what} folder [${file}] is a file, not a folder\n${HELP}`,
    })
  })
}

test('a folder of part records that cannot be made exits 5', async (t) => {
  const { bench, taskId } = await layTask(t)
  await writeFile(join(bench.cpd, 'down'), 'a file')

  const run = await bench.run(bench.words(taskId))

  assert.equal(run.code, 5)
  assert.match(run.stderr, /^Error: Cannot make the folder \[/)
  assert.deepEqual(bench.asked(), [])
})
