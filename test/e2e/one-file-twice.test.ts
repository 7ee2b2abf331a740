/** Destinations that turn out to be one file only when the disk is looked at. */
import assert from 'node:assert/strict'
import { mkdir, readdir, readFile, symlink } from 'node:fs/promises'
import test from 'node:test'
import type { CliResult } from '../support/run-cli.ts'
import { BUCKET, makeBench, type Bench } from './support/bench.ts'
import { withFoldingFolder } from './support/folding-folder.ts'

const FIRST = { key: 'a/x', body: 'AAAA' }
const SECOND = { key: 'b/x', body: 'BBBB' }

/** Where the two go: into a folder that exists, or to the file in it by its name. */
const ROUTES = [
  { name: 'a folder and a file in it', first: 'folder', second: 'folder/x' },
  { name: 'a file in a folder and the folder', first: 'folder/x', second: 'folder' },
  { name: 'one folder by two names', first: 'folder', second: 'folder/../folder/' },
  { name: 'one folder and a link to it', first: 'folder/x', second: 'link/x' },
]

for (const { name, first, second } of ROUTES) {
  test(`of two objects for ${name} the first arrives, and the second fails without a request`, async (t) => {
    const bench = await makeBench(t)
    await mkdir(bench.pathOf('folder'))
    await symlink('folder', bench.pathOf('link'))
    await assertFirstWins(bench, await recoverTo(bench, [first, second]), 'folder/x')
  })
}

test('where the disk tells no cases apart, of two names that differ in case the first arrives, and the second fails', async (t) => {
  const bench = await makeBench(t)
  const isDone = await withFoldingFolder(bench.root, bench.dest, async () => {
    const run = await recoverTo(bench, ['dir/Name.txt', 'DIR/name.TXT'])
    await assertFirstWins(bench, run, 'dir/Name.txt')
  })
  if (!isDone) t.skip('there is no such disk to be had')
})

test('where the disk tells cases apart, two names that differ in case are two files', async (t) => {
  const bench = await makeBench(t)
  const run = await recoverTo(bench, ['Name.txt', 'name.txt'])
  await bench.assertExit(run, 0)
  assert.deepEqual(await readdir(bench.dest), ['Name.txt', 'name.txt'])
})

/** Resumes a task of both objects, one at a time. */
async function recoverTo(bench: Bench, [first = '', second = '']: readonly string[]) {
  bench.put(FIRST, SECOND)
  const item = ({ key }: typeof FIRST, path: string) => ({
    bucket: BUCKET,
    key,
    destination: bench.pathOf(path),
    size: '4B',
  })
  const items = [item(FIRST, first), item(SECOND, second)]
  return bench.recover(await bench.writeFailureList({ items }), '-j=1')
}

async function assertFirstWins(bench: Bench, run: CliResult, path: string): Promise<void> {
  await bench.assertExit(run, 8)
  assert.equal(await readFile(bench.pathOf(path), 'utf8'), FIRST.body)
  const { failed, succeed } = await bench.readReports()
  assert.equal(succeed.length, 1)
  assert.equal(failed.length, 1)
  assert.ok(failed[0]?.includes(`/${SECOND.key} --> `))
  assert.match(failed.join(), /error code \[DuplicateDestinationError\]/)
  assert.deepEqual(bench.asked(SECOND.key), [])
  assert.deepEqual(await bench.findRemains(), [])
}
