import assert from 'node:assert/strict'
import { statfs } from 'node:fs/promises'
import { describe, it } from 'node:test'
import { createRoom, type Room } from '../../src/adapters/room.ts'
import { makeTempFolder } from '../support/temp-folder.ts'

/** What others write meanwhile is far less than the tenths that are reckoned with here. */
async function tenthOfFree(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder)
  return Math.floor((bavail * bsize) / 10)
}

/** Looks whether there is room, and keeps none. */
async function assertFree(room: Room, folder: string, bytes: number): Promise<void> {
  const reserved = await room.reserve(folder, bytes)
  reserved.release()
}

const noSpace = { code: 'NoSpaceError' }

describe('the room on a disk', () => {
  it('is what is free, less what was promised to other files', async (t) => {
    const folder = await makeTempFolder(t)
    const tenth = await tenthOfFree(folder)
    const room = createRoom()
    await assertFree(room, folder, 5 * tenth)
    const reserved = await room.reserve(folder, 7 * tenth)
    await assert.rejects(assertFree(room, folder, 5 * tenth), noSpace)
    await assertFree(room, folder, tenth)
    reserved.release()
    await assertFree(room, folder, 5 * tenth)
  })

  it('does not count twice what is written already', async (t) => {
    const folder = await makeTempFolder(t)
    const tenth = await tenthOfFree(folder)
    const room = createRoom()
    const reserved = await room.reserve(folder, 7 * tenth)
    reserved.used(4 * tenth)
    await assertFree(room, folder, 5 * tenth)
    await assert.rejects(assertFree(room, folder, 9 * tenth), noSpace)
  })

  it('gets back no more than was promised, however much is written and however often it is released', async (t) => {
    const folder = await makeTempFolder(t)
    const tenth = await tenthOfFree(folder)
    const room = createRoom()
    const reserved = await room.reserve(folder, 2 * tenth)
    reserved.used(tenth)
    reserved.used(5 * tenth)
    reserved.release()
    reserved.release()
    await assert.rejects(assertFree(room, folder, 12 * tenth), noSpace)
  })

  it('is not taken for free where it is written while one looks, for that may show or not', async (t) => {
    const folder = await makeTempFolder(t)
    const tenth = await tenthOfFree(folder)
    const room = createRoom()
    const reserved = await room.reserve(folder, 7 * tenth)
    const asked = room.reserve(folder, 5 * tenth)
    reserved.used(4 * tenth)
    await assert.rejects(asked, noSpace)
    await assertFree(room, folder, 5 * tenth)
  })

  it('is free at once where somebody gives it back', async (t) => {
    const folder = await makeTempFolder(t)
    const tenth = await tenthOfFree(folder)
    const room = createRoom()
    const reserved = await room.reserve(folder, 7 * tenth)
    const asked = room.reserve(folder, 5 * tenth)
    reserved.release()
    await asked
  })

  it('says what is needed, free and missing', async (t) => {
    const folder = await makeTempFolder(t)
    const room = createRoom()
    await assert.rejects(assertFree(room, folder, 2 ** 60), {
      message: /^Not enough space in \[.+\]: [\d.]+\w+ needed, [\d.]+\w+ free, [\d.]+\w+ missing$/,
    })
  })
})
