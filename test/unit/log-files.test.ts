import assert from 'node:assert/strict'
import { mkdir, readFile, readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { openLog } from '../../src/adapters/log-files.ts'
import type { LogLevel } from '../../src/core/setting.ts'
import { PREFIX, setUpLog, texts, until } from './support/log-setup.ts'

describe('`openLog()`', { concurrency: true }, () => {
  it('writes one line an event, with UTC time and level', async (t) => {
    const { log, read } = await setUpLog(t)
    log.error('one')
    log.warn('two')
    log.info('three – ä')
    await log.close()
    assert.equal(
      await read(),
      '2026-11-22T18:56:24Z [ERROR]: one\n2026-11-22T18:56:24Z [WARN]: two\n2026-11-22T18:56:24Z [INFO]: three – ä\n',
    )
  })

  const levels: readonly [level: LogLevel, written: string][] = [
    ['OFF', ''],
    ['ERROR', 'E'],
    ['WARN', 'EW'],
    ['INFO', 'EWI'],
    ['DEBUG', 'EWID'],
  ]
  for (const [level, written] of levels) {
    it(`writes "${written}" at level ${level}`, async (t) => {
      const { log, read } = await setUpLog(t, { level })
      log.error('E')
      log.warn('W')
      log.info('I')
      log.debug('D')
      await log.close()
      const letters = (await read()).split('\n').map((line) => line.slice(-1))
      assert.equal(letters.join(''), written)
    })
  }

  it('makes neither file nor folder before the first event that counts', async (t) => {
    const { log, folder } = await setUpLog(t, { level: 'WARN' })
    log.info('x')
    await log.close()
    assert.deepEqual(await readdir(folder), [])
  })

  it('makes the folder and the file so that others cannot read them', async (t) => {
    const { log, path } = await setUpLog(t)
    log.info('x')
    await log.close()
    const [folder, file] = await Promise.all([stat(join(path, '..')), stat(path)])
    assert.equal(folder.mode & 0o777 & ~0o750, 0)
    assert.equal(file.mode & 0o777 & ~0o640, 0)
    assert.equal(file.mode & 0o600, 0o600)
  })

  it('appends to what an earlier run wrote', async (t) => {
    const { log, read, reopen } = await setUpLog(t)
    log.info('one')
    await log.close()
    const later = reopen()
    later.info('two')
    await later.close()
    assert.deepEqual(texts(await read()), ['one', 'two'])
  })

  it('turns control characters and line ends into blanks', async (t) => {
    const { log, read } = await setUpLog(t)
    log.info('a\r\nb\tc\u001B[31md\0e\u0085f\u2028g')
    await log.close()
    assert.deepEqual(texts(await read()), ['a  b c [31md e f g'])
  })

  it('writes no secret, also one that was learnt after it was opened', async (t) => {
    const secrets = ['topsecret']
    const { log, read } = await setUpLog(t, { secrets })
    log.info('sk topsecret, token latesecret')
    secrets.push('latesecret')
    log.info('sk topsecret, token latesecret')
    await log.close()
    assert.deepEqual(texts(await read()), ['sk ****, token latesecret', 'sk ****, token ****'])
  })

  it('reports a log that cannot be opened once, and lets the run go on', async (t) => {
    const { log, path, troubles } = await setUpLog(t)
    await writeFile(join(path, '..'), 'a file where the folder should be')
    log.info('a')
    log.info('b')
    await until(async () => troubles.length > 0)
    log.info('c')
    await log.close()
    assert.equal(troubles.length, 1)
    assert.match(troubles[0] ?? '', /^The log \[.*o\.log\] cannot be written: /)
  })

  it('reports a log that cannot be written any more once', async (t) => {
    const { log, path, troubles } = await setUpLog(t)
    await mkdir(path, { recursive: true })
    log.info('a')
    await log.close()
    assert.equal(troubles.length, 1)
  })

  it('writes nothing after it was closed, and may be closed twice', async (t) => {
    const { log, read, troubles } = await setUpLog(t)
    log.info('a')
    await log.close()
    log.info('b')
    await log.close()
    assert.deepEqual(texts(await read()), ['a'])
    assert.deepEqual(troubles, [])
  })

  it('writes any text as one line', async (t) => {
    const { path, options } = await setUpLog(t)
    let run = 0
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: 'binary' }), { minLength: 1 }),
        async (events) => {
          const file = `${path}-${run++}`
          const log = openLog({ ...options, path: file })
          for (const event of events) log.info(event)
          await log.close()
          const lines = (await readFile(file, 'utf8')).split('\n')
          assert.equal(lines.length, events.length + 1)
          assert.ok(lines.slice(0, -1).every((line) => line.startsWith(PREFIX)))
        },
      ),
      { numRuns: 50 },
    )
  })
})
