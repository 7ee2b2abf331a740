/** What a disk may hold when the power fails in the middle of a run, by a model of it. */
import assert from 'node:assert/strict'
import { relative } from 'node:path'
import { test } from 'node:test'
import { crc32 } from 'node:zlib'
import { parsePartHeader, parseProvenRange } from '../../src/core/part-record.ts'
import {
  ALL_KEPT,
  ALL_LOST,
  BYTES_ONLY,
  mixedFate,
  NAMES_AND_LENGTHS,
  NAMES_ONLY,
  type Fate,
} from '../support/disk-fates.ts'
import type { Snapshot } from '../support/disk-nodes.ts'
import type { FileEvent } from '../support/operation-log.ts'
import { makeCrashTask, type CrashTask } from './support/crash-task.ts'
import { layDown, recordTwoRuns } from './support/recorded-disk.ts'

const SYNCED = { fsyncForDownload: 'true' }
const MIXED_FATES = 10
const RESUMED_STATES = 10

test('with fsyncForDownload=true no power loss leaves a destination that is neither the old file nor the new one', async (t) => {
  const task = await makeCrashTask(t, SYNCED)
  const recorded = await recordTwoRuns(task)
  const fates = allFates()
  const count = { events: 0, states: 0 }

  recorded.play((disk) => {
    count.events += 1
    for (const fate of fates) {
      count.states += 1
      assert.deepEqual(wrongFiles(disk.afterPowerLoss(fate), task), [], `event ${count.events}`)
    }
  })
  t.diagnostic(`${count.states} states of the disk at ${count.events} prefixes of the log`)
})

test('without fsyncForDownload a power loss may leave a wrong file, and the model shows it', async (t) => {
  const task = await makeCrashTask(t)
  const recorded = await recordTwoRuns(task)

  const wrong = new Set<string>()
  recorded.play((disk) => {
    for (const name of wrongFiles(disk.afterPowerLoss(NAMES_ONLY), task)) wrong.add(name)
  })

  assert.ok(wrong.has('dest/one.txt'), [...wrong].join())
  assert.ok(wrong.has('dest/parts/one.bin'), [...wrong].join())
})

for (const { folders, isMeant } of [
  { folders: 'folders that were there', isMeant: (path: string) => !isInNewFolder(path) },
  { folders: 'folders that the run made', isMeant: isInNewFolder },
]) {
  test(`with fsyncForDownload=true what the succeed list tells outlasts any power loss: ${folders}`, async (t) => {
    const task = await makeCrashTask(t, SYNCED)
    const recorded = await recordTwoRuns(task)
    const fates = allFates()
    const told = new Set<string>()

    recorded.play((disk, event) => {
      for (const path of pathsTold(event, task).filter(isMeant)) told.add(path)
      for (const fate of fates) {
        const found = disk.afterPowerLoss(fate)
        for (const path of told) {
          const isThere = isSame(found.get(path), task.destinations.get(path)?.new)
          assert.ok(isThere, `${path} is in the succeed list and not on the disk`)
        }
      }
    })
    assert.ok(told.size > 2, [...told].join())
  })
}

test('with fsyncForDownload=true no power loss takes a part that is on disk with its record', async (t) => {
  const task = await makeCrashTask(t, SYNCED)
  const recorded = await recordTwoRuns(task)
  const fates = allFates()
  let told: readonly string[] = []
  const everTold = new Set<string>()

  recorded.play((disk) => {
    const lasting = provenParts(disk.afterPowerLoss(ALL_LOST), task.bench.root)
    // Of a file that is finished the record goes, and then the power may go as well.
    const wanted = provenParts(disk.afterPowerLoss(ALL_KEPT), task.bench.root)
    told = [...new Set([...told, ...lasting])].filter((part) => wanted.includes(part))
    for (const part of told) everTold.add(part)
    for (const fate of fates) {
      const left = provenParts(disk.afterPowerLoss(fate), task.bench.root)
      for (const part of told) assert.ok(left.includes(part), `${part} is lost`)
    }
  })
  // Two objects of four parts each; the last one of each is not missed for long.
  assert.ok(everTold.size >= 6, [...everTold].join())
})

test('with fsyncForDownload=true the same command after a power loss does the whole task', async (t) => {
  const task = await makeCrashTask(t, SYNCED)
  const recorded = await recordTwoRuns(task)
  const random = seeded(2)
  const states: Snapshot[] = []
  recorded.play((disk) => states.push(disk.afterPowerLoss(mixedFate(random))))

  const withRecord = states.filter((state) => {
    return [...state.keys()].some((path) => path.endsWith('.jsonl'))
  })
  for (const state of [
    ...spread(states, RESUMED_STATES / 2),
    ...spread(withRecord, RESUMED_STATES / 2),
  ]) {
    await layDown(task.bench.root, state)
    await task.toTheEnd()
  }
})

/** So many of the list, none of them at its ends. */
function spread<T>(list: readonly T[], count: number): readonly T[] {
  return Array.from({ length: count }, (_, at) => {
    return list[Math.floor(((at + 1) * list.length) / (count + 1))] ?? assert.fail('too few')
  })
}

function allFates(): readonly Fate[] {
  const random = seeded(1)
  const mixed = Array.from({ length: MIXED_FATES }, () => mixedFate(random))
  return [ALL_LOST, ALL_KEPT, NAMES_ONLY, NAMES_AND_LENGTHS, BYTES_ONLY, ...mixed]
}

/** The parts that a run would find proven, as `key from byte`. */
function provenParts(found: Snapshot, root: string): readonly string[] {
  return [...found].flatMap(([path, content]) => {
    if (!path.endsWith('.jsonl') || content === 'folder') return []
    const [first = '', ...lines] = content.toString().split('\n')
    const header = parsePartHeader(first)
    const temp = header && found.get(relative(root, header.tempFile))
    if (temp === undefined || temp === 'folder') return []
    return lines.flatMap((line) => {
      const range = parseProvenRange(line, temp.length)
      const isProven = range && crc32(temp.subarray(range.start, range.end)) === range.crc32
      return isProven === true ? `${header?.key} from byte ${range?.start}` : []
    })
  })
}

/** Destinations that hold something else than the old bytes or the new ones, or that are gone. */
function wrongFiles(found: Snapshot, { destinations }: CrashTask): readonly string[] {
  const wrong = [...destinations].flatMap(([path, { old, new: fresh }]) => {
    const there = found.get(path)
    return isSame(there, old) || isSame(there, fresh) ? [] : path
  })
  const unknown = [...found.keys()].filter((path) => {
    const isFile = path.startsWith('dest/') && found.get(path) !== 'folder'
    return isFile && !path.endsWith('.obs.temp') && !destinations.has(path)
  })
  return [...wrong, ...unknown]
}

function isSame(found: Buffer | 'folder' | undefined, wanted: Buffer | undefined): boolean {
  if (found === undefined || wanted === undefined) return found === wanted
  return found !== 'folder' && found.equals(wanted)
}

/** Destinations that a succeed list begins to name with the event. */
function pathsTold(event: FileEvent | undefined, task: CrashTask): readonly string[] {
  if (event?.event !== 'begin' || event.operation.kind !== 'write') return []
  const { path, bytes } = event.operation
  if (!path.includes('cp_succeed_report')) return []
  const text = bytes.toString()
  return [...task.destinations.keys()].filter((name) => {
    return text.includes(` --> ${task.bench.root}/${name}, `)
  })
}

function isInNewFolder(path: string): boolean {
  return path.split('/').length > 2
}

/** The same numbers from 0 to 1 for the same seed: a linear congruential generator. */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}
