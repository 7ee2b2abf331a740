import assert from 'node:assert/strict'
import { resolve, win32 } from 'node:path'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { resolveConfig } from '../../src/core/config.ts'
import type { CommandWords } from '../../src/core/flags.ts'
import { parseFlags } from '../../src/core/flags.ts'
import type { Options } from '../../src/core/options.ts'
import { chooseConfigFile, resolveOptions } from '../../src/core/options.ts'

const TASK = '1aa93d04-46fb-4883-890e-90c28591dccf'
const surroundings = { home: '/home/me', resolvePath: (path: string) => resolve('/data', path) }

const onWindows = {
  home: 'C:\\Users\\me',
  resolvePath: (path: string) => win32.resolve('d:\\data', path),
}

describe('`resolveOptions()`', () => {
  it('writes all paths as Windows does, where it runs there', () => {
    const flags = parseFlags({ flags: { recover: TASK, o: 'lists/x' }, positionals: [] })
    const { config } = resolveConfig(new Map(), { home: onWindows.home, environment: {} })
    const paths = resolveOptions(flags, config, onWindows)
    assert.equal(paths.outputFolder, 'd:\\data\\lists\\x')
    assert.equal(paths.checkpointFolder, 'C:\\Users\\me\\.obsutil_checkpoint')
    assert.equal(paths.defaultTempFolder, 'C:\\Users\\me\\.obsutil_tempfile')
    assert.equal(paths.configFile, 'C:\\Users\\me\\.obsutilconfig')
  })
  it('has the defaults of the manual', () => {
    assert.deepEqual(options({}), {
      taskId: TASK,
      dryRun: false,
      force: false,
      update: false,
      verifyLength: false,
      verifyMd5: false,
      filterFolders: false,
      clear: false,
      quiet: false,
      requesterPays: false,
      rounds: 0,
      jobs: 5,
      json: false,
      parallels: 5,
      thresholdBytes: 52_428_800,
      partSize: 'auto',
      include: [],
      exclude: [],
      timeRange: undefined,
      timeRangeText: undefined,
      outputFolder: '/home/me/.obsutil_output',
      checkpointFolder: '/home/me/.obsutil_checkpoint',
      tempFolder: undefined,
      defaultTempFolder: '/home/me/.obsutil_tempfile',
      configFile: '/home/me/.obsutilconfig',
      warnings: [],
    })
  })

  const cases: readonly [flags: CommandWords['flags'], changes: Partial<Options>][] = [
    [{ recover: 'not an id [.*' }, { taskId: 'not an id [.*' }],
    [{ dryRun: 'true' }, { dryRun: true }],
    [
      { f: 'true', u: 'true', vlength: 'true' },
      { force: true, update: true, verifyLength: true },
    ],
    [
      { vmd5: 'true', mf: 'true', clear: 'true' },
      { verifyMd5: true, filterFolders: true, clear: true },
    ],
    [{ f: 'false', r: 'true' }, {}],
    [
      { j: '7', p: '8' },
      { jobs: 7, parallels: 8 },
    ],
    [{ j: '+7' }, { jobs: 7 }],
    [{ j: ['3', '4'] }, { jobs: 4 }],
    [{ j: '0', p: '-1' }, {}],
    [
      { j: '100000', p: '99999999999999999999' },
      { jobs: 1000, parallels: 1000 },
    ],
    [{ threshold: '100' }, { thresholdBytes: 100 }],
    [{ threshold: '1KB' }, { thresholdBytes: 1024 }],
    [{ threshold: '0' }, {}],
    [{ threshold: '-5' }, {}],
    [{ ps: 'auto' }, {}],
    [{ ps: '1mb' }, { partSize: 1_048_576 }],
    [{ ps: ' 7MB' }, { partSize: 7_340_032 }],
    [{ ps: '5242880' }, { partSize: 5_242_880 }],
    [{ ps: '10B' }, { partSize: 10 }],
    [{ ps: '-1' }, {}],
    [{ payer: 'requester' }, { requesterPays: true }],
    [
      { include: ['*.a', '*.b'], exclude: '*.c' },
      { include: ['*.a', '*.b'], exclude: ['*.c'] },
    ],
    [
      {
        include: '',
        exclude: [''],
        timeRange: '',
        payer: '',
        o: '',
        cpd: '',
        tempFileDir: '',
        config: '',
      },
      {},
    ],
    [
      { o: 'out', cpd: '../cpd' },
      { outputFolder: '/data/out', checkpointFolder: '/cpd' },
    ],
    [{ o: '~/out' }, { outputFolder: '/data/~/out' }],
    [{ tempFileDir: '/t' }, { tempFolder: '/t' }],
    [{ config: 'c' }, { configFile: '/data/c' }],
    [
      { timeRange: '19700101000001-*' },
      { timeRange: { fromMs: 1000, toMs: Infinity }, timeRangeText: '19700101000001-*' },
    ],
  ]
  for (const [flags, changes] of cases) {
    it(`reads ${JSON.stringify(flags)}`, () => {
      assert.deepEqual(options(flags), { ...options({}), ...changes })
    })
  }

  it('takes from the configuration what no flag says', () => {
    const config = {
      defaultJobs: '2',
      defaultParallels: '3',
      defaultBigfileThreshold: '4KB',
      defaultPartSize: '5KB',
      defaultTempFileDir: 'tmp',
    }
    const fromConfig = {
      jobs: 2,
      parallels: 3,
      thresholdBytes: 4096,
      partSize: 5120,
      tempFolder: '/data/tmp',
    }
    assert.deepEqual(options({}, config), { ...options({}), ...fromConfig })
    const none = { j: '0', p: '-1', threshold: '0', ps: '0' }
    assert.deepEqual(options(none, config), { ...options({}), ...fromConfig })
    const flags = { j: '6', p: '7', threshold: '8', ps: 'auto', tempFileDir: '/t' }
    assert.deepEqual(options(flags, config), options(flags))
  })

  it('never lets more be open at once than maxConnections', () => {
    const config = { maxConnections: '3' }
    assert.deepEqual(options({ j: '2' }, config), { ...options({}), jobs: 2, parallels: 3 })
    fc.assert(
      fc.property(fc.bigInt(), fc.bigInt(), (j, p) => {
        const { jobs, parallels } = options({ j: String(j), p: String(p) }, config)
        for (const count of [jobs, parallels]) assert.ok(count >= 1 && count <= 3)
      }),
    )
  })

  it('freezes the options and their lists', () => {
    const frozen = options({ include: 'a' })
    assert.ok([frozen, frozen.include, frozen.exclude].every(Object.isFrozen))
  })
})

describe('`chooseConfigFile()`', () => {
  it('requires a file that -config names, seen from the working folder', () => {
    const flags = parseFlags({ flags: { recover: TASK, config: 'my.conf' }, positionals: [] })
    assert.deepEqual(chooseConfigFile(flags, surroundings), {
      path: '/data/my.conf',
      required: true,
    })
  })

  it('is content without the file of the home folder', () => {
    const flags = parseFlags({ flags: { recover: TASK }, positionals: [] })
    assert.deepEqual(chooseConfigFile(flags, surroundings), {
      path: '/home/me/.obsutilconfig',
      required: false,
    })
  })
})

function options(flags: CommandWords['flags'], entries: Record<string, string> = {}): Options {
  const { config } = resolveConfig(new Map(Object.entries(entries)), {
    home: '/home/me',
    environment: {},
  })
  return resolveOptions(
    parseFlags({ flags: { recover: TASK, ...flags }, positionals: [] }),
    config,
    surroundings,
  )
}
