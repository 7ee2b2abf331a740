/** docs/reliability.md names a test for each promise, and the tests are there. */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { describe, it } from 'node:test'
import { isThere, testsNamedIn } from '../support/named-tests.ts'

const PAGE = await readFile(new URL('../../docs/reliability.md', import.meta.url), 'utf8')

describe('docs/reliability.md', () => {
  it('names a test in every row of a table about what holds', () => {
    const rows = PAGE.split('\n').filter((line) => /^\| .*\| .*\| .*\|$/.test(line))
    const promises = rows.filter((row) => !/^\| (what holds|-+) +\|/.test(row))
    assert.ok(promises.length > 30)
    for (const row of promises) assert.ok(testsNamedIn(row).length > 0, row)
  })

  for (const one of testsNamedIn(PAGE)) {
    it(`names a test that exists: ${one.name}`, async () => {
      assert.ok(await isThere(one), `${one.path} has no test [${one.name}]`)
    })
  }
})
