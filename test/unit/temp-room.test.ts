import assert from 'node:assert/strict'
import { mkdir, readdir, stat, statfs, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { createRoom } from '../../src/adapters/room.ts'
import { createTempRoom } from '../../src/adapters/temp-room.ts'
import { makeTempFolder } from '../support/temp-folder.ts'

const noSpace = { code: 'NoSpaceError' }
const OTHER = '/dev/shm'

/** Downloads into `dest`, whose temp files lie in a folder of the same or of another file system. */
async function setUp(t: TestContext, tempFolder?: string) {
  const folder = await makeTempFolder(t)
  const dest = join(folder, 'dest')
  await mkdir(dest)
  const room = createRoom()
  const directTemp = join(dest, '.a.obs.temp')
  const placement = { target: join(dest, 'a'), directTemp }
  const roomOf = () =>
    createTempRoom(room, { path: join(tempFolder ?? folder, 'a.obs.temp'), placement })
  // What others write meanwhile is far less than the tenths that are reckoned with here.
  const { bavail, bsize } = await statfs(dest)
  return { roomOf, directTemp, dest, tenth: Math.floor((bavail * bsize) / 10) }
}

describe('the room of a temp file', () => {
  it('is what the file misses, and not promised to another one until it is written', async (t) => {
    const { roomOf, tenth } = await setUp(t)
    const [first, second] = [roomOf(), roomOf()]
    await first.claim({ missingBytes: 6 * tenth, sizeBytes: 100 * tenth })
    await assert.rejects(second.claim({ missingBytes: 6 * tenth, sizeBytes: 6 * tenth }), noSpace)
    first.used(5 * tenth)
    await second.claim({ missingBytes: 6 * tenth, sizeBytes: 6 * tenth })
  })

  it('is free again when the file is given up', async (t) => {
    const { roomOf, tenth } = await setUp(t)
    const [first, second] = [roomOf(), roomOf()]
    await first.claim({ missingBytes: 6 * tenth, sizeBytes: 6 * tenth })
    first.release()
    await second.claim({ missingBytes: 6 * tenth, sizeBytes: 6 * tenth })
  })

  it('is asked for once where a rename will do', async (t) => {
    const { roomOf, tenth } = await setUp(t)
    await roomOf().claim({ missingBytes: 6 * tenth, sizeBytes: 6 * tenth })
  })

  it('is that of the copy, too, on the file system of the destination', async (t) => {
    const { roomOf, tenth, dest } = await setUp(t, OTHER)
    if (!(await areApart(dest, OTHER))) return t.skip('one file system only')
    const [first, second] = [roomOf(), roomOf()]
    const need = { missingBytes: 0, sizeBytes: 6 * tenth }
    await first.claim(need)
    await assert.rejects(second.claim(need), noSpace)
    first.copied(5 * tenth)
    await second.claim(need)
    await assert.rejects(roomOf().claim(need), noSpace)
    first.release()
    second.release()
    await roomOf().claim(need)
  })

  it('is given back for the copy where there is none for the file', async (t) => {
    const { roomOf, tenth, dest } = await setUp(t, OTHER)
    if (!(await areApart(dest, OTHER))) return t.skip('one file system only')
    const first = roomOf()
    await assert.rejects(first.claim({ missingBytes: 2 ** 60, sizeBytes: 6 * tenth }), noSpace)
    first.release()
    await roomOf().claim({ missingBytes: 0, sizeBytes: 6 * tenth })
  })

  it('does not count against it what a killed run left of a copy', async (t) => {
    const { roomOf, directTemp, dest } = await setUp(t, OTHER)
    if (!(await areApart(dest, OTHER))) return t.skip('one file system only')
    await writeFile(directTemp, 'half a copy')
    await roomOf().claim({ missingBytes: 0, sizeBytes: 1 })
    assert.deepEqual(await readdir(dest), [])
  })
})

async function areApart(one: string, other: string): Promise<boolean> {
  const [left, right] = await Promise.all([stat(one), stat(other)])
  return left.dev !== right.dev
}
