import { execFileSync } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { failureListName, formatFailureList } from '../test/support/failure-list.ts'
import type { Command } from './measure.ts'
import type { BenchObject } from './objects.ts'
import { BUCKET, type Stage } from './stage.ts'

/** What is to be fetched, and from where. */
export interface Job {
  readonly stage: Stage
  /** The address of the store. */
  readonly endpoint: string
  readonly objects: readonly BenchObject[]
  /** Flags for ours and for the official tool. */
  readonly flags?: readonly string[]
  /** Keys of the configuration. */
  readonly config?: Readonly<Record<string, string | number>>
}

/** A tool that may do the job. */
export interface Contestant {
  readonly name: string
  /** Lays out what the tool needs in an empty folder; results go below `dest` there. */
  readonly prepare: (job: Job, folder: string) => Promise<Command>
}

const TASK_ID = '00000000-0000-4000-8000-000000000000'
const TASK_TIME = new Date('2026-01-01T00:00:00Z')
const BIN = fileURLToPath(new URL('../bin/obsutil.js', import.meta.url))

/** This tool. */
export const ours: Contestant = {
  name: 'obsutil',
  prepare: (job, folder) => prepareRecovery(job, folder, [process.execPath, BIN]),
}

/** The official tool, where OFFICIAL_OBSUTIL names its binary. */
export function official(): readonly Contestant[] {
  // oxlint-disable-next-line node/no-process-env -- whoever has the binary says where it is
  const binary = process.env['OFFICIAL_OBSUTIL']
  if (binary === undefined) return []
  return [
    {
      name: 'official obsutil',
      prepare: (job, folder) => prepareRecovery(job, folder, [binary]),
    },
  ]
}

/** Those of the contestants whose program can be run here. */
export function installed(programs: Readonly<Record<string, Contestant>>): readonly Contestant[] {
  return Object.entries(programs).flatMap(([program, contestant]) => {
    try {
      execFileSync('which', [program], { stdio: 'ignore' })
      return [contestant]
    } catch {
      return []
    }
  })
}

/** Peers and limits for one large object. */
export const forLargeObjects: Readonly<Record<string, Contestant>> = {
  curl: {
    name: 'curl, four ranges',
    async prepare({ endpoint, objects, stage }, folder) {
      const [{ key, sizeBytes } = NOTHING] = objects
      const quarter = Math.ceil(sizeBytes / 4)
      const url = `${endpoint}/${BUCKET}/${key}`
      await mkdir(join(folder, 'dest'))
      const curls = [0, 1, 2, 3].map((at) => {
        const range = `${at * quarter}-${Math.min(sizeBytes, (at + 1) * quarter) - 1}`
        return `curl -sSf --cacert ${stage.authority} -r ${range} -o dest/part${at} ${url} &`
      })
      return { words: ['sh', '-c', `${curls.join('\n')}\nwait`] }
    },
  },
  sh: {
    name: 'curl, one stream',
    prepare({ endpoint, objects, stage }, folder) {
      const [{ key } = NOTHING] = objects
      const url = `${endpoint}/${BUCKET}/${key}`
      const out = join(folder, 'dest', 'file')
      const words = ['-sSf', '--cacert', stage.authority, '--create-dirs', '-o', out, url]
      return Promise.resolve({ words: ['curl', ...words] })
    },
  },
  rclone: {
    name: 'rclone, 4 streams',
    prepare(job, folder) {
      const [{ key } = NOTHING] = job.objects
      return Promise.resolve({
        words: [
          'rclone',
          'copyto',
          `:s3:${BUCKET}/${key}`,
          join(folder, 'dest', 'file'),
          ...rcloneFlags(job),
        ],
      })
    },
  },
  aria2c: {
    name: 'aria2, 4 connections',
    prepare({ endpoint, objects, stage }, folder) {
      const [{ key } = NOTHING] = objects
      const flags = [
        '-q',
        '-x4',
        '-s4',
        '--file-allocation=none',
        `--ca-certificate=${stage.authority}`,
      ]
      const where = ['-d', join(folder, 'dest'), '-o', 'file', `${endpoint}/${BUCKET}/${key}`]
      return Promise.resolve({ words: ['aria2c', ...flags, ...where] })
    },
  },
  aws: {
    name: 'aws-cli',
    prepare({ endpoint, objects, stage }, folder) {
      const [{ key } = NOTHING] = objects
      const words = ['s3', 'cp', '--only-show-errors', '--endpoint-url', endpoint]
      const what = [`s3://${BUCKET}/${key}`, join(folder, 'dest', 'file')]
      return Promise.resolve({
        words: ['/usr/bin/aws', ...words, ...what],
        env: { ...AWS_KEYS, AWS_CA_BUNDLE: stage.authority },
      })
    },
  },
  s3cmd: {
    name: 's3cmd',
    async prepare({ endpoint, objects, stage }, folder) {
      const [{ key } = NOTHING] = objects
      const { host, protocol } = new URL(endpoint)
      await mkdir(join(folder, 'dest'))
      const store = [`--host=${host}`, `--host-bucket=${host}`, `--ca-certs=${stage.authority}`]
      const keys = ['--access_key=bench', '--secret_key=bench', '--no-check-md5']
      const secure = protocol === 'https:' ? '--ssl' : '--no-ssl'
      const what = ['get', `s3://${BUCKET}/${key}`, join(folder, 'dest', 'file')]
      return { words: ['s3cmd', '-q', '-c', '/dev/null', ...store, ...keys, secure, ...what] }
    },
  },
}

/**
 * Peers and limits for many small objects. aria2 is none of them: it deletes a control file for each, and ext4 takes
 * up to a millisecond to make each of the files that whoever comes next needs.
 */
export const forSmallObjects: Readonly<Record<string, Contestant>> = {
  cp: {
    name: 'cp -r, no network',
    prepare({ stage, objects }) {
      const [prefix = ''] = objects[0]?.key.split('/') ?? []
      return Promise.resolve({ words: ['cp', '-r', join(stage.bucketFolder, prefix), 'dest'] })
    },
  },
  curl: {
    name: 'curl -Z, 16 at a time',
    async prepare({ endpoint, objects, stage }, folder) {
      const lines = objects.map(
        ({ key }) => `url = "${endpoint}/${BUCKET}/${key}"\noutput = "dest/${key}"\n`,
      )
      await writeFile(
        join(folder, 'list'),
        `create-dirs\ncacert = ${stage.authority}\n${lines.join('')}`,
      )
      return { words: ['curl', '-sSf', '-Z', '--parallel-max', '16', '-K', 'list'] }
    },
  },
  rclone: {
    name: 'rclone, 16 transfers',
    async prepare(job, folder) {
      await writeFile(join(folder, 'list'), job.objects.map(({ key }) => `${key}\n`).join(''))
      const flags = ['--files-from-raw=list', '--no-traverse', '--transfers=16', '--checkers=16']
      return { words: ['rclone', 'copy', `:s3:${BUCKET}`, 'dest', ...flags, ...rcloneFlags(job)] }
    },
  },
}

const NOTHING: BenchObject = { key: '', sizeBytes: 0 }
const AWS_KEYS = {
  AWS_ACCESS_KEY_ID: 'bench',
  AWS_SECRET_ACCESS_KEY: 'bench',
  AWS_DEFAULT_REGION: 'us-east-1',
}

function rcloneFlags({ endpoint, stage }: Job): readonly string[] {
  const store = [`--s3-endpoint=${endpoint}`, '--s3-provider=Other', '--s3-region=us-east-1']
  const keys = ['--s3-access-key-id=bench', '--s3-secret-access-key=bench']
  return [...store, ...keys, '--config=/dev/null', `--ca-cert=${stage.authority}`, '-q']
}

async function prepareRecovery(
  { stage, endpoint, objects, flags = [], config = {} }: Job,
  folder: string,
  program: readonly [string, ...string[]],
): Promise<Command> {
  const out = join(folder, 'out')
  const configFile = join(folder, 'config')
  const items = objects.map(({ key, sizeBytes }) => ({
    bucket: BUCKET,
    key,
    destination: join(folder, 'dest', key),
    size: `${sizeBytes}B`,
  }))
  const list = join(out, failureListName(TASK_TIME, TASK_ID))
  await mkdir(dirname(list), { recursive: true })
  await writeFile(list, formatFailureList({ items, time: TASK_TIME, by: 'cp' }))
  const values = { endpoint, ak: 'bench', sk: 'bench', ...config }
  const lines = Object.entries(values).map(([key, value]) => `${key}=${value}\n`)
  await writeFile(configFile, lines.join(''))
  const folders = [`-o=${out}`, `-cpd=${join(folder, 'cpd')}`, `-config=${configFile}`]
  return {
    words: [...program, 'cp', `-recover=${TASK_ID}`, '-f', ...folders, ...flags],
    // Any authority beside its own costs Node.js 40 ms, which nobody pays who has no use for one.
    env: endpoint.startsWith('https:') ? { NODE_EXTRA_CA_CERTS: stage.authority } : {},
  }
}
