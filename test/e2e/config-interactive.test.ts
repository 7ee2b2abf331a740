/** `obsutil config -interactive`: questions and answers, in a pipe and on a terminal. */
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test, { type TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { runCli, startCli } from '../support/run-cli.ts'
import { listTree, makeWorkspace, type Workspace } from '../support/workspace.ts'

const AK = 'HPUAVERYKNOWNACCESSKEY'
const SK = 'averysecretsecretkey'
const TOKEN = 'averysecrettoken'
const ENDPOINT = 'https://obs.eu-west-101.example.com'
const WORDS = ['config', '-interactive']

async function layConfig(space: Workspace, text: string): Promise<string> {
  const path = await space.writeConfig({})
  await writeFile(path, text)
  return path
}

const OLD = `# mine\nendpoint=${ENDPOINT}\nak=${AK}\nsk=${SK}\ntoken=${TOKEN}\nx=1\n`

test('`config -interactive` asks for ak, sk, endpoint and token and writes the piped answers', async (t) => {
  const space = await makeWorkspace(t)
  const stdin = `${AK}\r\n ${SK} \n${ENDPOINT}\n${TOKEN}`

  const run = await runCli(WORDS, { ...space, stdin })

  assert.deepEqual([run.code, run.stderr], [0, ''])
  const path = join(space.home, '.obsutilconfig')
  const asked = ['ak', 'sk', 'endpoint', 'token'].map((key) => `Please input your ${key}:\n`)
  assert.equal(
    run.stdout,
    `${asked.join('')}Config file url:\n  ${path}\nUpdate config file successfully!\n`,
  )
  const text = await readFile(path, 'utf8')
  assert.match(
    text,
    new RegExp(`^endpoint=${ENDPOINT}$.*^ak=${AK}\nsk=${SK}$.*^token=${TOKEN}$`, 'ms'),
  )
})

test('`config -interactive` shows what is there, no more of it than may be seen, and keeps it', async (t) => {
  const space = await makeWorkspace(t)
  const path = await layConfig(space, OLD)

  const run = await runCli(WORDS, { ...space, stdin: '\n\n\n\n' })

  assert.deepEqual([run.code, run.stderr], [0, ''])
  assert.equal(await readFile(path, 'utf8'), OLD)
  const [, ...questions] = run.stdout.split('\n')
  assert.deepEqual(questions.slice(0, 4), [
    'Please input your ak [HPUA****]:',
    'Please input your sk [****]:',
    `Please input your endpoint [${ENDPOINT}]:`,
    'Please input your token [****, - removes it]:',
  ])
})

test('`config -interactive` takes a `-` for the token as the wish to remove it', async (t) => {
  const space = await makeWorkspace(t)
  const path = await layConfig(space, OLD)

  const run = await runCli(WORDS, { ...space, stdin: '\nother\n\n-\n' })

  assert.equal(run.code, 0)
  const expected = OLD.replace(SK, 'other').replace(TOKEN, '')
  assert.equal(await readFile(path, 'utf8'), expected)
})

for (const [what, stdin] of [
  ['no answer', ''],
  ['three answers', `${AK}\n${SK}\n${ENDPOINT}\n`],
  ['a malformed endpoint', `${AK}\n${SK}\nftp://x\n\n`],
] as const) {
  test(`\`config -interactive\` with ${what} exits 3 and writes nothing`, async (t) => {
    const space = await makeWorkspace(t)

    const run = await runCli(WORDS, { ...space, stdin })

    assert.equal(run.code, 3)
    assert.match(run.stderr, /^Error: [^\n]+\n[^\n]+\n$/)
    assert.doesNotMatch(run.stdout, /Update/)
    assert.doesNotMatch(run.stdout + run.stderr, /VERYKNOWN|averysecret/)
    assert.deepEqual(await listTree(space.home), [])
  })
}

test('`config -interactive` ends after the last answer, though its input stays open', async (t) => {
  const space = await makeWorkspace(t)
  const run = startCli(WORDS, space)
  t.after(() => run.child.kill('SIGKILL'))
  for (const [question, answer] of [
    [/your ak:/, AK],
    [/your sk:/, SK],
    [/your endpoint:/, ENDPOINT],
    [/your token:/, ''],
  ] as const) {
    await run.waitForStdout(question)
    run.child.stdin.write(`${answer}\n`)
  }

  assert.equal((await run.done).code, 0)
})

const HAS_SCRIPT = spawnSync('script', ['--version']).status === 0
const ON_TERMINAL = { skip: HAS_SCRIPT ? false : 'script(1) of util-linux is not here' }
const BIN = fileURLToPath(new URL('../../bin/obsutil.js', import.meta.url))

/** Runs the command on a pseudo-terminal; what is typed is typed once the first question is there. */
async function typeOnTerminal(
  t: TestContext,
  space: Workspace,
  typed: string,
): Promise<{ readonly code: number | null; readonly screen: string }> {
  const command = `"${process.execPath}" "${BIN}" ${WORDS.join(' ')}`
  const child = spawn('script', ['-qec', command, '/dev/null'], {
    // oxlint-disable-next-line node/no-process-env -- a bare environment is made from the real one
    env: { PATH: process.env['PATH'], HOME: space.home, TERM: 'xterm' },
    stdio: ['pipe', 'pipe', 'inherit'],
    timeout: 60_000,
  })
  t.after(() => child.kill('SIGKILL'))
  let screen = ''
  let hasTyped = false
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    screen += chunk
    if (hasTyped || !screen.includes('Please input your ak')) return
    hasTyped = true
    child.stdin.write(typed)
  })
  await once(child, 'close')
  return { code: child.exitCode, screen: screen.replaceAll('\r\n', '\n') }
}

test(
  'on a terminal neither sk nor token is echoed, ak and endpoint are',
  ON_TERMINAL,
  async (t) => {
    const space = await makeWorkspace(t)
    // All at once, as pasted lines come.
    const typed = `${AK}\r${SK}\r${ENDPOINT}\r${TOKEN}\r`

    const { code, screen } = await typeOnTerminal(t, space, typed)

    assert.equal(code, 0, screen)
    assert.ok(screen.includes(AK) && screen.includes(ENDPOINT), screen)
    assert.doesNotMatch(screen, /averysecret/)
    const text = await readFile(join(space.home, '.obsutilconfig'), 'utf8')
    assert.match(text, new RegExp(`^sk=${SK}$.*^token=${TOKEN}$`, 'ms'))
  },
)

test('on a terminal the arrow keys do not bring a typed sk back', ON_TERMINAL, async (t) => {
  const space = await makeWorkspace(t)
  const up = '\u001b[A'

  const { code, screen } = await typeOnTerminal(t, space, `\r${SK}\r${up}${up}\r\r`)

  assert.equal(code, 0, screen)
  assert.doesNotMatch(screen, /averysecret/)
  assert.match(await readFile(join(space.home, '.obsutilconfig'), 'utf8'), /^endpoint=$/m)
})

for (const [what, key, expectedCode] of [
  ['Ctrl+C', '\u0003', 9],
  ['Ctrl+D', '\u0004', 3],
] as const) {
  test(
    `on a terminal ${what} ends it with ${expectedCode}, nothing is written`,
    ON_TERMINAL,
    async (t) => {
      const space = await makeWorkspace(t)

      const { code, screen } = await typeOnTerminal(t, space, `${AK}\r${key}`)

      assert.equal(code, expectedCode, screen)
      assert.match(screen, /nothing was written\n/)
      assert.deepEqual(await listTree(space.home), [])
    },
  )
}
