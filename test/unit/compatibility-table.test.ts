/** docs/compatibility.md names a test for each fault of the official tool, and the tests are there. */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { isThere, testsNamedIn } from '../support/named-tests.ts'

const ROOT = new URL('../../', import.meta.url)
const NUMBERS = Array.from({ length: 33 }, (_, at) => `B${at + 1}`)
const DOCUMENT = await readFile(new URL('docs/compatibility.md', ROOT), 'utf8')
const OFFICIAL_CONFIG = new URL(
  '../fixtures/golden/00-firstrun/default.obsutilconfig',
  import.meta.url,
)

describe('docs/compatibility.md', () => {
  it('has one row for each of the 33 observed faults, in order', () => {
    const numbers = [...DOCUMENT.matchAll(/^\| (B\d+) +\|/gm)].map(([, number]) => number)
    assert.deepEqual(numbers, NUMBERS)
  })

  for (const number of NUMBERS) {
    it(`names tests for ${number} that exist`, async () => {
      const named = testsNamedIn(rowOf(number))
      assert.ok(named.length > 0, `no test is named for ${number}`)
      for (const one of named)
        assert.ok(await isThere(one), `${one.path} has no test [${one.name}]`)
    })
  }

  it('points to files that exist, wherever it names one', async () => {
    const paths = new Set([...DOCUMENT.matchAll(/`(test\/[\w./-]+)`/g)].map(([, path]) => path))
    assert.ok(paths.size > 10)
    for (const path of paths) await readFile(fileURLToPath(new URL(path ?? '', ROOT)))
  })

  it('tells what becomes of every key of the official configuration file', async () => {
    const lines = (await readFile(OFFICIAL_CONFIG, 'utf8')).trim().split('\n')
    const keys = lines.map((line) => line.slice(0, line.indexOf('=')))
    assert.equal(keys.length, 47)
    const [, section = ''] = DOCUMENT.split('\n## Configuration\n')
    const [table = ''] = section.split('\n## ')
    for (const key of keys) assert.ok(table.includes(`\`${key}\``), key)
  })
})

function rowOf(number: string): string {
  return DOCUMENT.split('\n').find((line) => line.startsWith(`| ${number} `)) ?? ''
}
