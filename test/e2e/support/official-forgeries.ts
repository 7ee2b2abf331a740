import { execFile } from 'node:child_process'
import { chown, link, readFile, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { LARGE_BYTES, PART_BYTES } from './parts.ts'
import { rewrite, type Leftover } from './official-leftovers.ts'

/** Something that was done to what the official tool left, so that none of it may be believed. */
export interface Forgery {
  readonly name: string
  readonly deed: (scene: Scene) => Promise<void>
}

interface Scene {
  readonly leftover: Leftover
  /** A file as long as an object that no run may touch, in a folder of its own. */
  readonly victim: string
}

const MEGABYTE = 1_048_576
const STRANGER = 65_534
const COMPLETE = { start: 0, end: LARGE_BYTES, complete: true }

/** All that is tried, each on an object of its own. */
export const FORGERIES: readonly Forgery[] = [
  named('another file', (victim) => victim),
  named(
    'another file by a way around',
    (victim, temp) => `${dirname(temp)}/../${basename(dirname(victim))}/${basename(victim)}`,
  ),
  named('another file by a relative path', (victim) => `.${victim}`),
  named('a folder', (victim) => dirname(victim)),
  named('nothing', () => ''),
  named('a path with a NUL', (_, temp) => `${temp}\0`),
  {
    name: 'a victim with the right name, in a folder of its own',
    async deed({ leftover, victim }) {
      const path = join(dirname(victim), basename(leftover.tempPath))
      await rename(victim, path)
      await symlink(path, victim)
      await rewrite(leftover, { tempFile: path })
    },
  },
  replaced('a symbolic link', (victim, path) => symlink(victim, path)),
  replaced('a hard link', (victim, path) => link(victim, path)),
  replaced('a pipe', (_, path) => promisify(execFile)('mkfifo', [path])),
  replaced('a folder', (_, path) => promisify(execFile)('mkdir', [path])),
  ...(process.geteuid?.() === 0
    ? [
        {
          name: 'a temp file of another user',
          deed: ({ leftover }: Scene) => chown(leftover.tempPath, STRANGER, STRANGER),
        },
      ]
    : []),
  {
    name: 'a temp file of another size',
    deed: ({ leftover }) => truncate(leftover.tempPath, LARGE_BYTES - 1),
  },
  said('another bucket', { bucket: 'other' }),
  said('another key', { key: 'other' }),
  said('a version', { versionId: 'v1' }),
  said('another destination', { destination: '/other' }),
  said('another ETag', { etag: `"${'0'.repeat(32)}"` }),
  said('another time', { lastModifiedSeconds: 1 }),
  said('another size', { sizeBytes: LARGE_BYTES + 1 }),
  said('no parts', { parts: [] }),
  said('a part that is far too large', { parts: [{ ...COMPLETE, end: 2 ** 53 - 1 }] }),
  said('a part behind the end', { parts: [COMPLETE, { ...COMPLETE, start: LARGE_BYTES }] }),
  said('a negative part', { parts: [{ ...COMPLETE, start: -PART_BYTES }] }),
  said('parts that overlap', { parts: [COMPLETE, COMPLETE] }),
  written('nothing', () => ''),
  written('half of it', (text) => text.slice(0, text.length / 2)),
  written('garbage', () => '\0\0\xff'.repeat(1000)),
  written('50 MB of parts', (text) =>
    text.replace(/<DownloadPart>.*?<\/DownloadPart>/, (part) =>
      part.repeat(Math.ceil((50 * MEGABYTE) / part.length)),
    ),
  ),
  written('a key of 50 MB', (text) => text.replace('<Key>', `<Key>${'x'.repeat(50 * MEGABYTE)}`)),
  written('10 MB of entities', (text) =>
    text.replace('<Key>', `<Key>${'&amp;'.repeat(2 * MEGABYTE)}`),
  ),
  written('entities that grow', (text) => {
    const grow = Array.from(
      { length: 30 },
      (_, at) => `<!ENTITY e${at + 1} "${`&e${at};`.repeat(30)}">`,
    )
    const type = `<!DOCTYPE x [<!ENTITY e0 "boom">${grow.join('')}]>`
    return type + text.replace('<Key>', '<Key>&e30;')
  }),
  written(
    'an entity that names a file',
    (text) =>
      `<!DOCTYPE x [<!ENTITY e SYSTEM "file:///dev/zero">]>${text.replace('<Key>', '<Key>&e;')}`,
  ),
  written('a million elements inside of each other', () => '<a>'.repeat(1_000_000)),
  {
    name: 'a record that is a link to an endless device',
    deed: ({ leftover }) => recordBecomes(leftover, (path) => symlink('/dev/zero', path)),
  },
  {
    name: 'a record that is a pipe',
    deed: ({ leftover }) =>
      recordBecomes(leftover, (path) => promisify(execFile)('mkfifo', [path])),
  },
  {
    name: 'a record that is a folder',
    deed: ({ leftover }) => recordBecomes(leftover, (path) => promisify(execFile)('mkdir', [path])),
  },
]

function named(name: string, pathOf: (victim: string, temp: string) => string): Forgery {
  return {
    name: `a record that names ${name}`,
    deed: ({ leftover, victim }) =>
      rewrite(leftover, { tempFile: pathOf(victim, leftover.tempPath) }),
  }
}

function replaced(name: string, put: (victim: string, path: string) => Promise<unknown>): Forgery {
  return {
    name: `${name} in place of the temp file`,
    async deed({ leftover, victim }) {
      await rm(leftover.tempPath)
      await put(victim, leftover.tempPath)
    },
  }
}

function said(name: string, change: Parameters<typeof rewrite>[1]): Forgery {
  return {
    name: `a record that says ${name}`,
    deed: ({ leftover }) => rewrite(leftover, change),
  }
}

function written(name: string, change: (text: string) => string): Forgery {
  return {
    name: `a record that holds ${name}`,
    async deed({ leftover }) {
      await writeFile(leftover.recordPath, change(await readFile(leftover.recordPath, 'utf8')))
    },
  }
}

async function recordBecomes(
  { recordPath }: Leftover,
  put: (path: string) => Promise<unknown>,
): Promise<void> {
  await rm(recordPath)
  await put(recordPath)
}
