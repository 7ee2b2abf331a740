import { randomUUID } from 'node:crypto'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import type { TestContext } from 'node:test'
import {
  failureListName,
  formatFailureList,
  type FailedItem,
  type ListedBy,
} from './failure-list.ts'
import { TEST_CREDENTIALS } from './fault-server.ts'

/** A failure list to lay down; `text` replaces the whole text, for lists that are broken. */
interface FailureListOptions {
  readonly items?: readonly FailedItem[]
  readonly text?: string
  /** Default: a new UUID. */
  readonly taskId?: string
  /** Default: a day in 2024. */
  readonly time?: Date
  /** Default: `cp`. */
  readonly by?: ListedBy
}

/** The lines about items in the lists of a folder, without header, counts, start and end. */
interface FoundReports {
  readonly failed: readonly string[]
  readonly succeed: readonly string[]
  readonly warning: readonly string[]
  /** All files there but the journal of runs, sorted. */
  readonly files: readonly string[]
}

/** A temp folder of one test, laid out the way a user's disk is. */
export interface Workspace {
  readonly root: string
  /** HOME of the tool. */
  readonly home: string
  /** Result lists (`-o`). */
  readonly out: string
  /** Part records (`-cpd`). */
  readonly cpd: string
  /** Downloads. */
  readonly dest: string
  /** Temp files (`-tempFileDir`). */
  readonly tmp: string
  /**
   * Writes `.obsutilconfig` into the home and returns its path: the credentials of the test server
   * and these keys over them.
   */
  writeConfig(values: Readonly<Record<string, string | number>>): Promise<string>
  /** Lays a failure list of the official tool into `out` and returns its task id. */
  writeFailureList(options: FailureListOptions): Promise<string>
  /** The lists in `out`, of one task or of all; those that were laid down are left out. */
  readReports(taskId?: string): Promise<FoundReports>
}

/** Makes the folders, which are gone again when the test has ended. */
export async function makeWorkspace(t: TestContext): Promise<Workspace> {
  const root = await mkdtemp(join(tmpdir(), 'obsutil-test-'))
  t.after(() => rm(root, { recursive: true, force: true }))
  const folders = {
    home: join(root, 'home'),
    out: join(root, 'out'),
    cpd: join(root, 'cpd'),
    dest: join(root, 'dest'),
    tmp: join(root, 'tmp'),
  }
  await Promise.all(Object.values(folders).map((folder) => mkdir(folder)))
  const laidDown = new Set<string>()

  return {
    root,
    ...folders,
    async writeConfig(values) {
      const path = join(folders.home, '.obsutilconfig')
      const { accessKeyId: ak, secretAccessKey: sk } = TEST_CREDENTIALS
      const lines = Object.entries({ ak, sk, ...values }).map(([key, value]) => `${key}=${value}\n`)
      await writeFile(path, lines.join(''), { mode: 0o600 })
      return path
    },
    async writeFailureList(options) {
      const { items = [], taskId = randomUUID(), time = DEFAULT_TIME, by = 'cp' } = options
      const name = failureListName(time, taskId)
      const text = options.text ?? formatFailureList({ items, time, by })
      await writeFile(join(folders.out, name), text, { mode: 0o640 })
      laidDown.add(name)
      return taskId
    },
    readReports: (taskId = '') =>
      readLists(folders.out, (name) => !laidDown.has(name) && name.includes(taskId)),
  }
}

/** What is below a folder: sorted relative paths, those of folders with a slash at the end. */
export async function listTree(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true })
  return entries
    .map((entry) => {
      const path = relative(folder, join(entry.parentPath, entry.name))
      return entry.isDirectory() ? `${path}/` : path
    })
    .toSorted()
}

const JOURNAL = '.obsutil_run_'
const DEFAULT_TIME = new Date('2024-01-02T03:04:05.678Z')

async function readLists(
  folder: string,
  isWanted: (name: string) => boolean,
): Promise<FoundReports> {
  const files = (await readdir(folder)).filter((name) => !name.startsWith(JOURNAL)).toSorted()
  const readAll = async (kind: string) => {
    const names = files.filter((name) => name.startsWith(`cp_${kind}_report_`) && isWanted(name))
    const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')))
    return texts.flatMap(itemLines)
  }
  const [failed, succeed, warning] = await Promise.all([
    readAll('failed'),
    readAll('succeed'),
    readAll('warning'),
  ])
  return { failed, succeed, warning, files }
}

function itemLines(text: string): readonly string[] {
  return text.split('\n').filter((line) => line !== '' && !OTHER_LINE.test(line))
}

/** Start, end, header and counts. */
const OTHER_LINE = /^\S+Z (?:\[|Start at |End at |\w+ (?:count|bytes) is: )/
