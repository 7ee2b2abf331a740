/** The code that the build keeps of the bundle. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { cp, readFile, readdir, rm, truncate, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, join } from 'node:path'
import process from 'node:process'
import test, { type TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { codeCacheOf, createChunkLoader, isWorthKeeping } from '../../src/chunk-loader.ts'
import { makeTempFolder } from '../support/temp-folder.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const require = createRequire(import.meta.url)
/** What every command but `version` loads. */
const START =
  readdirSync(join(ROOT, 'dist')).find((name) => /^command-line-\w+\.js$/.test(name)) ?? ''

test('the files that every start needs have their code beside them, and V8 takes it', () => {
  const loader = createChunkLoader(join(ROOT, 'dist'), require)
  loader.load(START)
  const kept = [...loader.chunks].filter(([, { text }]) => isWorthKeeping(text))
  assert.ok(kept.length > 0)
  for (const [name, { script }] of kept) assert.equal(script.cachedDataRejected, false, name)
})

test('what the bundle loads of a run has its code, too', async () => {
  const names = await readdir(join(ROOT, 'dist'))
  const cached = names.filter((name) => name.endsWith('.cache'))
  for (const part of ['command-line', 'recover-command', 'run-task', 'raw-store']) {
    assert.ok(
      cached.some((name) => name.startsWith(`${part}-`)),
      part,
    )
  }
  for (const name of cached) assert.ok(names.includes(basename(name, '.cache')), name)
})

test('each file is loaded once, and another one gets the same exports', () => {
  const loader = createChunkLoader(join(ROOT, 'dist'), require)
  assert.equal(loader.load('main.js'), loader.load('main.js'))
})

const DAMAGES: Readonly<Record<string, (cache: string) => Promise<void>>> = {
  'is missing': (cache) => rm(cache),
  'is garbage': (cache) => writeFile(cache, 'no code'),
  'is empty': (cache) => truncate(cache, 0),
  'is cut short': (cache) => truncate(cache, 600),
  'is zero in the middle': async (cache) => {
    const bytes = await readFile(cache)
    await writeFile(cache, bytes.fill(0, bytes.length >> 1, (bytes.length >> 1) + 64))
  },
  'is that of another file': (cache) => cp(codeCacheOf(join(ROOT, 'dist', START)), cache),
}

for (const [what, damage] of Object.entries(DAMAGES)) {
  test(`where the code ${what}, the tool runs as ever`, async (t) => {
    const copy = await copyOfTheTool(t)
    const dist = join(copy, 'dist')
    for (const name of await readdir(dist)) {
      if (name.endsWith('.cache')) await damage(join(dist, name))
    }
    assert.equal(await helpOf(copy), await helpOf(ROOT))
  })
}

test('code that another Node.js made is not taken, for V8 takes what it should not', async (t) => {
  const copy = await copyOfTheTool(t)
  const other = join(copy, 'node')
  // A program of another time, as another release would be.
  await cp(process.execPath, other)
  const script = `
    const { createChunkLoader } = require('./dist/chunk-loader.js')
    const loader = createChunkLoader(${JSON.stringify(join(copy, 'dist'))}, require)
    loader.load('${START}')
    console.log(loader.chunks.get('${START}').script.cachedDataRejected)`
  const taken = async (node: string) =>
    (await promisify(execFile)(node, ['-e', script], { cwd: copy })).stdout.trim()
  assert.equal(await taken(process.execPath), 'false')
  assert.equal(await taken(other), 'undefined')
})

test('a file that was changed is what runs, though it is as long as before', async (t) => {
  const copy = await copyOfTheTool(t)
  const path = join(copy, 'dist/main.js')
  const text = await readFile(path, 'utf8')
  await writeFile(path, text.replace('obsutil version', 'OBSUTIL version'))
  const { stdout } = await promisify(execFile)(process.execPath, [
    join(copy, 'bin/obsutil.js'),
    'version',
  ])
  assert.match(stdout, /^OBSUTIL version/)
})

test('a file that could not be loaded is tried again by the next one who needs it', async (t) => {
  const folder = await makeTempFolder(t)
  await writeFile(join(folder, 'outer.js'), `exports.inner = require('./inner.js')`)
  const loader = createChunkLoader(folder, require)
  assert.throws(() => loader.load('outer.js'), { code: 'ENOENT' })
  await writeFile(join(folder, 'inner.js'), `exports.name = 'inner'`)
  assert.deepEqual(loader.load('outer.js'), { inner: { name: 'inner' } })
})

async function copyOfTheTool(t: TestContext): Promise<string> {
  const copy = await makeTempFolder(t)
  for (const name of ['bin', 'dist', 'package.json']) {
    await cp(join(ROOT, name), join(copy, name), { recursive: true })
  }
  return copy
}

async function helpOf(root: string): Promise<string> {
  const words = [join(root, 'bin/obsutil.js'), 'help', 'cp']
  const { stdout, stderr } = await promisify(execFile)(process.execPath, words, { env: {} })
  assert.equal(stderr, '')
  assert.match(stdout, /-recover/)
  return stdout
}
