import assert from 'node:assert/strict'
import { mkdir, readFile, readdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { FRAME_BYTES, readAll, setUpLog, texts, until } from './support/log-setup.ts'

describe('a log that gets too long', { concurrency: true }, () => {
  it('keeps order and loses nothing, across pauses and rotations', async (t) => {
    const { log, path } = await setUpLog(t, { maxSizeBytes: 1000, backups: 1000 })
    const expected = Array.from({ length: 500 }, (_, number) => `event ${number}`)
    for (const [number, text] of expected.entries()) {
      log.info(text)
      if (number % 37 === 0) await new Promise((done) => setImmediate(done))
    }
    await log.close()
    assert.deepEqual(await readAll(path), expected)
  })

  it('begins a new file rather than pass the limit, the newest backup being .1', async (t) => {
    const { log, path } = await setUpLog(t, { maxSizeBytes: 2 * (FRAME_BYTES + 1), backups: 2 })
    for (const text of 'abcdefgh') log.info(text)
    await log.close()
    assert.deepEqual((await readdir(join(path, '..'))).toSorted(), ['o.log', 'o.log.1', 'o.log.2'])
    const files = await Promise.all(
      ['', '.1', '.2'].map(async (end) => readFile(path + end, 'utf8')),
    )
    assert.deepEqual(files.map(texts), [
      ['g', 'h'],
      ['e', 'f'],
      ['c', 'd'],
    ])
  })

  it('counts what an earlier run wrote towards the limit', async (t) => {
    const { path, reopen } = await setUpLog(t, { maxSizeBytes: FRAME_BYTES + 1, backups: 5 })
    for (const text of 'abc') {
      const log = reopen()
      log.info(text)
      await log.close()
    }
    assert.deepEqual(await readAll(path), ['a', 'b', 'c'])
    assert.equal((await readdir(join(path, '..'))).length, 3)
  })

  it('keeps no older file where no backup is wanted', async (t) => {
    const { log, path, read } = await setUpLog(t, { maxSizeBytes: FRAME_BYTES + 1, backups: 0 })
    for (const text of 'abc') log.info(text)
    await log.close()
    assert.deepEqual(await readdir(join(path, '..')), ['o.log'])
    assert.deepEqual(texts(await read()), ['c'])
  })

  it('fills a gap in the backups before it drops the oldest', async (t) => {
    const { log, path } = await setUpLog(t, { maxSizeBytes: 1, backups: 9 })
    await mkdir(join(path, '..'), { recursive: true })
    for (const end of ['.1', '.3']) await writeFile(path + end, `old${end}`)
    log.info('a')
    log.info('b')
    await log.close()
    const old = await Promise.all(['.2', '.3'].map(async (end) => readFile(path + end, 'utf8')))
    assert.deepEqual(old, ['old.1', 'old.3'])
  })

  it('gives a line that is longer than the limit a file of its own', async (t) => {
    const { log, path } = await setUpLog(t, { maxSizeBytes: FRAME_BYTES + 5, backups: 9 })
    const expected = ['a', 'b'.repeat(100), 'c']
    for (const text of expected) log.info(text)
    await log.close()
    assert.deepEqual(await readAll(path), expected)
  })

  it('goes over to the new file where another run has rotated the old one', async (t) => {
    const { log, path, read, reopen } = await setUpLog(t, { maxSizeBytes: 2 * (FRAME_BYTES + 1) })
    log.info('a')
    await until(async () => (await read()).includes('a'))
    const other = reopen()
    for (const text of 'bcd') other.info(text)
    await other.close()
    for (const text of 'ef') log.info(text)
    await log.close()
    assert.deepEqual(texts(await readFile(`${path}.1`, 'utf8')), ['a', 'b', 'e'])
    assert.deepEqual(texts(await read()), ['c', 'd', 'f'])
  })

  it('never renames a device', async (t) => {
    const { log, path, troubles } = await setUpLog(t, { maxSizeBytes: 1 })
    await mkdir(join(path, '..'), { recursive: true })
    await symlink('/dev/null', path)
    log.info('a')
    log.info('b')
    await log.close()
    assert.deepEqual(troubles, [])
    assert.deepEqual(await readdir(join(path, '..')), ['o.log'])
  })
})
