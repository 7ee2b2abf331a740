/** Destinations that turn out to be one file only when the disk is looked at. */
import assert from 'node:assert/strict'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'node:test'
import { BUCKET, makeBench } from './support/bench.ts'

const FIRST = { key: 'a/x', body: 'AAAA' }
const SECOND = { key: 'b/x', body: 'BBBB' }

/**
 * Where the two go: into a folder that exists, or to the file in it by its name. The name is known
 * to be taken as soon as its line is read, so that it wins over a folder that is looked at later.
 */
const ROUTES = [
  { name: 'a folder and a file in it', first: '', second: '/x', winner: SECOND, loser: FIRST },
  {
    name: 'a file in a folder and the folder',
    first: '/x',
    second: '',
    winner: FIRST,
    loser: SECOND,
  },
  {
    name: 'one folder by two names',
    first: '',
    second: '/../folder/',
    winner: FIRST,
    loser: SECOND,
  },
]

for (const { name, first, second, winner, loser } of ROUTES) {
  test(`of two objects for ${name} one arrives, and the other fails without a request`, async (t) => {
    const bench = await makeBench(t)
    const folder = bench.pathOf('folder')
    await mkdir(folder)
    bench.put(FIRST, SECOND)
    const item = ({ key }: typeof FIRST, rest: string) => ({
      bucket: BUCKET,
      key,
      destination: `${folder}${rest}`,
      size: '4B',
    })
    const items = [item(FIRST, first), item(SECOND, second)]
    const taskId = await bench.writeFailureList({ items })

    const run = await bench.recover(taskId, '-j=1')

    await bench.assertExit(run, 8)
    assert.equal(await readFile(join(folder, 'x'), 'utf8'), winner.body)
    const { failed, succeed } = await bench.readReports()
    assert.equal(succeed.length, 1)
    assert.equal(failed.length, 1)
    assert.ok(failed[0]?.includes(`/${loser.key} --> `))
    assert.match(failed.join(), /error code \[DuplicateDestinationError\]/)
    assert.deepEqual(bench.asked(loser.key), [])
  })
}
