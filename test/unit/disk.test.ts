import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import {
  access,
  lstat,
  mkdir,
  readFile,
  readdir,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { basename, join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { createDisk, type DiskOptions } from '../../src/adapters/disk.ts'
import { ItemError } from '../../src/core/errors.ts'
import type { Item } from '../../src/core/item.ts'
import type { Disk, Placement } from '../../src/core/ports.ts'
import { makeTempFolder } from '../support/temp-folder.ts'

const never = new AbortController().signal
const bytes = (text: string) => new TextEncoder().encode(text)

async function setUp(t: TestContext, options: Partial<DiskOptions> = {}) {
  const folder = await makeTempFolder(t)
  const disk = createDisk({
    tempFolder: undefined,
    defaultTempFolder: join(folder, 'default-temp'),
    overwriting: 'always',
    fileMode: 0o640,
    durability: 'cached',
    system: 'linux',
    pieceBytes: 4,
    log: { debug() {}, info() {}, warn() {}, error() {} },
    ...options,
  })
  const item = (destination: string, key = 'p/a.txt'): Item => ({
    bucket: 'b',
    key,
    versionId: undefined,
    destination: join(folder, destination),
    listedSize: undefined,
  })
  return { folder, disk, item }
}

/** A temp file for parts where it belongs. */
async function makeParts(disk: Disk, placement: Placement, sizeBytes: number) {
  return disk.createPartsTemp(await disk.choosePartsTemp(placement), placement, sizeBytes)
}

const failsWith = (code: string) => (error: unknown) =>
  error instanceof ItemError && error.code === code

describe('a destination', () => {
  it('that is free is where the file goes, and nothing is made before it is fetched', async (t) => {
    const { folder, disk, item } = await setUp(t)
    const { target } = await disk.place(item('new/deep/a.txt'))
    assert.equal(target, join(folder, 'new/deep/a.txt'))
    assert.deepEqual(await readdir(folder), [])
  })
  it('that is a folder takes the file inside, named by the last segment of the key', async (t) => {
    const { folder, disk, item } = await setUp(t)
    await mkdir(join(folder, 'dir'))
    assert.equal((await disk.place(item('dir'))).target, join(folder, 'dir/a.txt'))
  })
  it('that is a folder holding a folder of that name is refused', async (t) => {
    const { folder, disk, item } = await setUp(t)
    await mkdir(join(folder, 'dir/a.txt'), { recursive: true })
    await assert.rejects(disk.place(item('dir')), failsWith('EISDIR'))
  })
  it('that is a pipe is refused and stays', async (t) => {
    const { folder, disk, item } = await setUp(t)
    execFileSync('mkfifo', [join(folder, 'pipe')])
    await assert.rejects(disk.place(item('pipe')), failsWith('NotAFileError'))
    assert.ok((await lstat(join(folder, 'pipe'))).isFIFO())
  })
})

describe('a temp file', () => {
  it('is private, and what it becomes has the mode of a new file', async (t) => {
    const { folder, disk, item } = await setUp(t)
    const { target, directTemp } = await disk.place(item('new/a.txt'))
    const temp = await disk.createTemp(directTemp)
    assert.equal((await stat(directTemp)).mode & 0o777, 0o600)
    await temp.write(bytes('hello'), 0)
    await temp.publish(target, never)
    assert.equal(await readFile(target, 'utf8'), 'hello')
    assert.equal((await stat(target)).mode & 0o777, 0o640)
    assert.deepEqual(await readdir(join(folder, 'new')), ['a.txt'])
  })
  it('leaves the old file as it is until it is published', async (t) => {
    const { folder, disk, item } = await setUp(t)
    await writeFile(join(folder, 'a.txt'), 'old')
    const { target, directTemp } = await disk.place(item('a.txt'))
    const temp = await disk.createTemp(directTemp)
    await temp.write(bytes('new'), 0)
    assert.equal(await readFile(target, 'utf8'), 'old')
    await temp.discard()
    assert.equal(await readFile(target, 'utf8'), 'old')
    assert.deepEqual(await readdir(folder), ['a.txt'])
  })
  it('replaces one that a killed run left', async (t) => {
    const { disk, item } = await setUp(t)
    const { target, directTemp } = await disk.place(item('a.txt'))
    await writeFile(directTemp, 'what an earlier run wrote')
    const temp = await disk.createTemp(directTemp)
    await temp.write(bytes('new'), 0)
    await temp.publish(target, never)
    assert.equal(await readFile(target, 'utf8'), 'new')
  })
  it('never follows a symbolic link that lies in its place', async (t) => {
    const { folder, disk, item } = await setUp(t)
    await writeFile(join(folder, 'victim'), 'precious')
    const { target, directTemp } = await disk.place(item('a.txt'))
    await symlink(join(folder, 'victim'), directTemp)
    const temp = await disk.createTemp(directTemp)
    await temp.write(bytes('new'), 0)
    await temp.publish(target, never)
    assert.equal(await readFile(join(folder, 'victim'), 'utf8'), 'precious')
    assert.equal(await readFile(target, 'utf8'), 'new')
  })
  it('is not published when somebody put another file in its place', async (t) => {
    const { folder, disk, item } = await setUp(t)
    const { target, directTemp } = await disk.place(item('a.txt'))
    const temp = await disk.createTemp(directTemp)
    await temp.write(bytes('good'), 0)
    await rm(directTemp)
    await writeFile(directTemp, 'half a file of another run')
    await assert.rejects(temp.publish(target, never), failsWith('TempFileReplacedError'))
    await assert.rejects(access(join(folder, 'a.txt')))
    await temp.close()
  })
  it('cannot be made below a file, and the error says so', async (t) => {
    const { folder, disk, item } = await setUp(t)
    await writeFile(join(folder, 'file'), 'x')
    const { directTemp } = await disk.place(item('file/a.txt'))
    await assert.rejects(disk.createTemp(directTemp), /because a file of that name exists/)
  })
})

describe('a temp file of a download in parts', () => {
  it('lies in the folder that the user named, and is found again by its name', async (t) => {
    const named = await makeTempFolder(t)
    const { disk, item } = await setUp(t, { tempFolder: named })
    const placement = await disk.place(item('a.txt'))
    const temp = await makeParts(disk, placement, 10)
    assert.ok(temp.path.startsWith(named))
    assert.match(temp.path, /\/[0-9a-f]{64}\.obs\.temp$/)
    assert.equal(await temp.size(), 10)
    await temp.write(bytes('56789'), 5)
    await temp.close()
    const again = await disk.openPartsTemp(temp.path, placement, 10)
    assert.ok(again !== undefined)
    const read: string[] = []
    const take = (chunk: Uint8Array) => void read.push(Buffer.from(chunk).toString())
    assert.equal(await again.read({ start: 5, end: 10 }, take, never), 5)
    assert.equal(await again.read({ start: 6, end: 11 }, take, never), 4)
    assert.deepEqual(read, ['56789', '6789'])
    await again.discard()
  })
  it('in a folder that was not there is written at once all the same', async (t) => {
    if (process.platform !== 'linux') return t.skip('elsewhere another thread writes')
    const { disk, item } = await setUp(t)
    const temp = await makeParts(disk, await disk.place(item('new/a.txt')), 5)
    assert.equal(temp.write(bytes('hello'), 0), undefined)
    await temp.discard()
  })
  it('lies beside the destination when the default folder is on another file system', async (t) => {
    const other = '/dev/shm'
    const { folder, disk, item } = await setUp(t, { defaultTempFolder: other })
    if ((await stat(other)).dev === (await stat(folder)).dev) return t.skip('one file system only')
    const temp = await makeParts(disk, await disk.place(item('a.txt')), 10)
    await temp.discard()
    assert.match(temp.path, new RegExp(`^${folder}/\\.[0-9a-f]{64}\\.obs\\.temp$`))
  })
  it('is copied beside the destination and renamed when it lies on another file system', async (t) => {
    const { folder, disk, item } = await setUp(t, { tempFolder: '/dev/shm' })
    if ((await stat('/dev/shm')).dev === (await stat(folder)).dev)
      return t.skip('one file system only')
    const placement = await disk.place(item('deep/a.txt'))
    const temp = await makeParts(disk, placement, 5)
    await temp.write(bytes('hello'), 0)
    await temp.publish(placement.target, never)
    assert.equal(await readFile(placement.target, 'utf8'), 'hello')
    assert.equal((await stat(placement.target)).mode & 0o777, 0o640)
    assert.deepEqual(await readdir(join(folder, 'deep')), ['a.txt'])
    await assert.rejects(access(temp.path))
  })
  it('is refused when there is no room for it, with what is missing', async (t) => {
    const { folder, disk, item } = await setUp(t)
    const placement = await disk.place(item('a.txt'))
    await assert.rejects(
      makeParts(disk, placement, Number.MAX_SAFE_INTEGER),
      (error) =>
        failsWith('NoSpaceError')(error) && /needed, .* free, .* missing/.test(String(error)),
    )
    assert.deepEqual(await readdir(join(folder, 'default-temp')), [])
  })

  const strangers: [string, (path: string, folder: string) => Promise<unknown>][] = [
    ['is shorter', (path) => writeFile(path, 'short')],
    ['is a folder', (path) => mkdir(path)],
    [
      'is a symbolic link',
      async (path, folder) => {
        await writeFile(join(folder, 'victim'), '0123456789')
        await symlink(join(folder, 'victim'), path)
      },
    ],
    ['is not there', async () => {}],
  ]
  for (const [name, make] of strangers) {
    it(`is not gone on with when what lies there ${name}`, async (t) => {
      const { folder, disk, item } = await setUp(t)
      const placement = await disk.place(item('a.txt'))
      await make(placement.directTemp, folder)
      assert.equal(await disk.openPartsTemp(placement.directTemp, placement, 10), undefined)
    })
  }
  it('is deleted where this run would have put it, and where its record says it is', async (t) => {
    const { folder, disk, item } = await setUp(t)
    const placement = await disk.place(item('a.txt'))
    const temp = await makeParts(disk, placement, 10)
    await temp.close()
    const elsewhere = join(folder, basename(temp.path))
    await writeFile(elsewhere, 'of a run with another temp folder')
    await writeFile(placement.directTemp, 'of a run with yet another')
    await disk.removeTemps(placement, elsewhere)
    assert.deepEqual(await readdir(folder, { recursive: true }), ['default-temp'])
  })
  it('is neither opened nor deleted under a name that is not its own', async (t) => {
    const { folder, disk, item } = await setUp(t)
    const victim = join(folder, 'victim')
    await writeFile(victim, '0123456789')
    const placement = await disk.place(item('a.txt'))
    assert.equal(await disk.openPartsTemp(victim, placement, 10), undefined)
    await disk.removeTemps(placement, victim)
    assert.equal(await readFile(victim, 'utf8'), '0123456789')
  })
})
