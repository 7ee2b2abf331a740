import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  ALL_KEPT,
  ALL_LOST,
  BYTES_ONLY,
  mixedFate,
  NAMES_AND_LENGTHS,
  NAMES_ONLY,
} from '../support/disk-fates.ts'
import { createDiskModel } from '../support/disk-model.ts'
import type { Snapshot } from '../support/disk-nodes.ts'
import type { FileEvent, FileOperation } from '../support/operation-log.ts'

const START: Snapshot = new Map<string, Buffer | 'folder'>([
  ['d', 'folder'],
  ['d/old', Buffer.from('old')],
])
const CREATE: FileOperation = { kind: 'open', path: 'd/temp', handle: 1, creates: true }
const WRITE: FileOperation = {
  kind: 'write',
  path: 'd/temp',
  handle: 1,
  position: null,
  bytes: Buffer.from('new!'),
}
const SYNC: FileOperation = { kind: 'sync', path: 'd/temp', handle: 1 }
const RENAME: FileOperation = { kind: 'rename', path: 'd/temp', to: 'd/old' }
const SYNC_FOLDER: readonly FileOperation[] = [
  { kind: 'open', path: 'd', handle: 2, creates: false },
  { kind: 'sync', path: 'd', handle: 2 },
]

test('a file that was written, synced and renamed, and whose folder was synced, outlasts any power loss', () => {
  for (const fate of [ALL_LOST, ALL_KEPT, NAMES_ONLY, NAMES_AND_LENGTHS, BYTES_ONLY]) {
    const disk = diskAfter([CREATE, WRITE, SYNC, RENAME, ...SYNC_FOLDER])
    assert.deepEqual(textsOf(disk.afterPowerLoss(fate)), { d: 'folder', 'd/old': 'new!' })
  }
})

test('a rename without a sync of the folder leaves the old file or the new one', () => {
  const disk = diskAfter([CREATE, WRITE, SYNC, RENAME])
  assert.deepEqual(textsOf(disk.afterPowerLoss(ALL_LOST)), { d: 'folder', 'd/old': 'old' })
  assert.deepEqual(textsOf(disk.afterPowerLoss(ALL_KEPT)), { d: 'folder', 'd/old': 'new!' })
})

test('a rename without a sync of the file may leave it empty, full of zeros or torn', () => {
  const disk = diskAfter([CREATE, WRITE, RENAME])
  assert.equal(textsOf(disk.afterPowerLoss(NAMES_ONLY))['d/old'], '')
  assert.equal(textsOf(disk.afterPowerLoss(NAMES_AND_LENGTHS))['d/old'], '\0\0\0\0')
  const torn = disk.afterPowerLoss({ ...ALL_KEPT, change: () => 'torn' })
  assert.equal(textsOf(torn)['d/old'], 'ne')
})

test('a sync says nothing of a write that had not ended when it began', () => {
  const disk = diskAfter([CREATE])
  const [beginWrite, endWrite] = [begun(10, WRITE), { event: 'end', number: 10 } as const]
  const [beginSync, endSync] = [begun(11, SYNC), { event: 'end', number: 11 } as const]
  for (const event of [beginWrite, beginSync, endWrite, endSync]) disk.apply(event)
  assert.equal(textsOf(disk.afterPowerLoss(NAMES_ONLY))['d/temp'], '')
  assert.equal(textsOf(disk.afterPowerLoss(ALL_KEPT))['d/temp'], 'new!')
})

test('a sync is worth nothing before it has ended', () => {
  const disk = diskAfter([CREATE, WRITE])
  disk.apply(begun(10, SYNC))
  assert.equal(textsOf(disk.afterPowerLoss(NAMES_ONLY))['d/temp'], '')
})

test('what lies in a folder that was made and whose own name is lost is lost with it', () => {
  const disk = diskAfter([
    { kind: 'folder', path: 'e/f' },
    { kind: 'open', path: 'e/f/x', handle: 1, creates: true },
    { kind: 'open', path: 'e/f', handle: 2, creates: false },
    { kind: 'sync', path: 'e/f', handle: 2 },
  ])
  assert.deepEqual(textsOf(disk.afterPowerLoss(ALL_LOST)), { d: 'folder', 'd/old': 'old' })
  const all = { d: 'folder', 'd/old': 'old', e: 'folder', 'e/f': 'folder', 'e/f/x': '' }
  assert.deepEqual(textsOf(disk.afterPowerLoss(ALL_KEPT)), all)
})

test('a file that two names lead to is the same under both', () => {
  const disk = diskAfter([
    { kind: 'link', path: 'd/old', to: 'd/other' },
    { kind: 'unlink', path: 'd/old' },
  ])
  assert.deepEqual(textsOf(disk.afterPowerLoss(ALL_KEPT)), { d: 'folder', 'd/other': 'old' })
  const both = disk.afterPowerLoss({
    ...ALL_KEPT,
    namesKept: turns([0, 0, 1]),
  })
  assert.deepEqual(textsOf(both), { d: 'folder', 'd/old': 'old', 'd/other': 'old' })
})

test('what was under way when a process was killed is neither undone nor synced', () => {
  const disk = diskAfter([CREATE])
  disk.apply(begun(10, WRITE))
  disk.nextProcess()
  const again: readonly FileOperation[] = [
    { kind: 'open', path: 'd/temp', handle: 1, creates: false },
    SYNC,
  ]
  for (const event of eventsOf(again)) disk.apply(event)
  assert.equal(textsOf(disk.afterPowerLoss(NAMES_ONLY))['d/temp'], 'new!')
})

test('whatever was done, once all is synced every power loss leaves what the processes saw', () => {
  const write = fc
    .tuple(fc.nat(3), fc.option(fc.nat(6)), fc.string({ maxLength: 5 }))
    .map(([file, position, text]): FileOperation => {
      const bytes = Buffer.from(text)
      return { kind: 'write', path: '', handle: file + 1, position, bytes }
    })
  const truncate = fc.tuple(fc.nat(3), fc.nat(9)).map(([file, length]): FileOperation => ({
    kind: 'truncate',
    path: '',
    handle: file + 1,
    length,
  }))
  const rename = fc
    .tuple(fc.nat(3), fc.nat(3))
    .filter(([from, to]) => from !== to)
    .map(([from, to]): FileOperation => ({ kind: 'link', path: `${from}`, to: `${to}` }))
  const made = [0, 1, 2, 3].map((file): FileOperation => {
    return { kind: 'open', path: `${file}`, handle: file + 1, creates: true }
  })
  const syncs = [1, 2, 3, 4].map((handle): FileOperation => ({ kind: 'sync', path: '', handle }))
  const syncRoot: readonly FileOperation[] = [
    { kind: 'open', path: '', handle: 9, creates: false },
    { kind: 'sync', path: '', handle: 9 },
  ]
  fc.assert(
    fc.property(
      fc.array(fc.oneof(write, truncate, rename)),
      fc.array(fc.double({ min: 0, max: 0.99, noNaN: true })),
      (deeds, dice) => {
        const disk = createDiskModel(new Map())
        for (const event of eventsOf([...made, ...deeds])) disk.apply(event)
        const seen = textsOf(disk.afterPowerLoss(ALL_KEPT))
        disk.nextProcess()
        const names = [0, 1, 2, 3].map((file): FileOperation => {
          return { kind: 'open', path: `${file}`, handle: file + 1, creates: false }
        })
        for (const event of eventsOf([...names, ...syncs, ...syncRoot])) disk.apply(event)
        const fate = mixedFate(() => dice.pop() ?? 0)
        assert.deepEqual(textsOf(disk.afterPowerLoss(fate)), seen)
        assert.deepEqual(textsOf(disk.afterPowerLoss(ALL_LOST)), seen)
      },
    ),
  )
})

function diskAfter(operations: readonly FileOperation[]) {
  const disk = createDiskModel(START)
  for (const event of eventsOf(operations)) disk.apply(event)
  return disk
}

function eventsOf(operations: readonly FileOperation[]): readonly FileEvent[] {
  return operations.flatMap((operation, at): readonly FileEvent[] => [
    begun(at, operation),
    { event: 'end', number: at },
  ])
}

function begun(number: number, operation: FileOperation): FileEvent {
  return { event: 'begin', number, operation }
}

function textsOf(snapshot: Snapshot): Readonly<Record<string, string>> {
  return Object.fromEntries([...snapshot].map(([path, found]) => [path, found.toString()]))
}

function turns(numbers: readonly number[]): () => number {
  let at = 0
  return () => numbers[at++] ?? 0
}
