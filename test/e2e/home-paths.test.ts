/** Paths that begin with `~/` behind an equals sign or in a configuration, where no shell has made them whole. */
import assert from 'node:assert/strict'
import { access, cp, mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'node:test'
import { makeBench } from './support/bench.ts'

const OBJECT = { key: 'k', body: 'content' }

test('`-o=~/lists` and the like are folders below the home', async (t) => {
  const bench = await makeBench(t)
  const taskId = await bench.listObjects(OBJECT)
  await cp(bench.out, join(bench.home, 'lists'), { recursive: true })
  await bench.configure({ utilLogPath: '~/logs/tool.log', defaultTempFileDir: '~/temp' })

  const words = ['cp', `-recover=${taskId}`, '-f', '-o=~/lists', '-cpd=~/records']
  const run = await bench.run(words)

  await bench.assertExit(run, 0)
  await bench.assertArrived(OBJECT)
  for (const path of ['logs/tool.log', 'temp', 'records/down']) await access(join(bench.home, path))
  assert.equal((await readdir(join(bench.home, 'lists'))).length, 3)
  assert.match(run.stdout, new RegExp(`^OutputDir: ${bench.home}/lists$`, 'm'))
})

test('a folder that is called `~`, where the official tool has put its lists, is found', async (t) => {
  const bench = await makeBench(t)
  const taskId = await bench.listObjects(OBJECT)
  await mkdir(join(bench.home, '~'))
  await cp(bench.out, join(bench.home, '~/lists'), { recursive: true })

  const words = ['cp', `-recover=${taskId}`, '-f', '-o=~/lists']
  await bench.assertExit(await bench.run(words), 0)

  await bench.assertArrived(OBJECT)
  assert.equal((await readdir(join(bench.home, '~/lists'))).length, 3)
})

test('a file that is called `~` is in nobody’s way, and a log that is a folder stays what it is', async (t) => {
  const bench = await makeBench(t)
  await bench.listObjects(OBJECT)
  await cp(bench.out, join(bench.home, 'lists'), { recursive: true })
  await writeFile(join(bench.home, '~'), '')
  assert.match((await bench.run(['tasks', '-o=~/lists'])).stdout, / 1 +7B /)

  const folder = join(bench.home, 'no-log/')
  await bench.configure({ utilLogPath: folder })
  const run = await bench.run(['cp', '-recover=last', '-f', '-o=~/lists'])

  await bench.assertExit(run, 0)
  assert.match(run.stderr, /^Warn: The log \[\S+\/no-log\/\] cannot be written: /m)
  await assert.rejects(access(join(bench.home, 'no-log')))
})
