import { constants } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { systemCode } from '../core/errors.ts'
import type { OfficialDisk } from '../core/official-ports.ts'
import type { Disk, Placement, ResumedTemp } from '../core/ports.ts'
import { chooseTarget, type TargetOptions } from './choose-target.ts'
import { idOfItem } from './item-ids.ts'
import { unlinkIfThere } from './file-bytes.ts'
import { callsFor, fileOfHandle, type FileCalls, type OpenFile } from './file-calls.ts'
import { createFolderIdentities } from './folder-identity.ts'
import { createFolderSync } from './folder-sync.ts'
import { onDisk } from './item-trouble.ts'
import { openOfficialFile } from './official-temp.ts'
import { createRoom } from './room.ts'
import { isMissing, makeFolder, makeParent } from './make-folder.ts'
import { openLeftTemp } from './left-temp.ts'
import type { Probes } from './plain-file.ts'
import {
  wrapTempFile,
  type OpenedTemp,
  type TempFileOptions,
  type TempFileTools,
} from './temp-file.ts'
import { createWriteModes } from './write-mode.ts'
import { createTempRoom, noRoom, type TempRoom } from './temp-room.ts'

const { O_RDWR, O_CREAT, O_EXCL, O_NOFOLLOW } = constants
const tempMode = 0o600

export interface DiskOptions extends TempFileOptions, TargetOptions {
  /** Folder of temp files that the user named, by flag or configuration. */
  readonly tempFolder: string | undefined
  /** Used when the user named none and it lies on the destination's own file system. */
  readonly defaultTempFolder: string
  /** Default: allowed. */
  readonly probes?: Probes
  /** Default: whoever has bytes writes them. */
  readonly bulk?: TempFileTools['bulk']
}

/** The local file system, as SPEC 6 has it: whole files by rename, temp files made exclusively. */
export function createDisk(options: DiskOptions): Disk & OfficialDisk {
  const disks = createRoom()
  const writes = createWriteModes()
  const folders = createFolderSync(options.durability)
  const identities = createFolderIdentities()
  const tempTools: TempFileTools = { ...options, folders, modes: writes }
  const wrap = (opened: OpenedTemp) => wrapTempFile(opened, tempTools)
  const create = async (path: string, room: TempRoom) => {
    const mode = await writes.in(dirname(path))
    return wrap({ path, room, writes: mode, file: await createExclusively(path, callsFor(mode)) })
  }
  const resumed = async (found: ResumedFile, handle: FileHandle): Promise<ResumedTemp> => {
    const { path, placement, sizeBytes } = found
    const room = createTempRoom(disks, { path, placement })
    const mode = await writes.in(dirname(path))
    return {
      ...wrap({ path, room, writes: mode, file: fileOfHandle(handle, mode) }),
      async claimRoom(missingBytes) {
        await makeParent(placement)
        await room.claim({ missingBytes, sizeBytes })
      },
      claimMore: (bytes) => room.keepMore(bytes),
    }
  }
  return {
    async place(item) {
      const target = await onDisk(`use the destination [${item.destination}]`, async () =>
        chooseTarget(item, callsFor(await writes.in(dirname(item.destination))), options),
      )
      return { target, directTemp: join(dirname(target), `.${idOfItem(item)}.obs.temp`) }
    },
    async identify(placement) {
      const { target } = placement
      const folder = dirname(target)
      const name = () => identities.nameOf(folder, basename(target))
      return onDisk(`use the destination [${target}]`, async () => {
        try {
          return await name()
        } catch (error) {
          if (!isMissing(error)) throw error
          await makeParent(placement)
          return name()
        }
      })
    },
    async stat(path) {
      const found = await onDisk(`look at [${path}]`, () => callsFor('apart').statIfThere(path))
      return found && { sizeBytes: found.size, modifiedMs: found.mtimeMs }
    },
    isFolder: (path) =>
      onDisk(
        `look at [${path}]`,
        async () => (await callsFor('apart').statIfThere(path))?.isDirectory() ?? false,
      ),
    async makeFolder(path) {
      await makeFolder(path, `the folder [${path}]`)
      await onDisk(`sync the folder [${path}]`, () => folders.settle(path))
    },
    async createTemp(path) {
      return create(path, noRoom)
    },
    choosePartsTemp: (placement) => choosePartsTemp(placement, options),
    async createPartsTemp(path, placement, sizeBytes) {
      await makeParent(placement)
      // Before it is asked how to write there.
      await makeFolder(dirname(path), `the folder [${dirname(path)}]`)
      const room = createTempRoom(disks, { path, placement })
      const temp = await create(path, room)
      try {
        await room.claim({ missingBytes: sizeBytes, sizeBytes })
        await temp.stretch(sizeBytes)
        await onDisk(`sync the folder [${dirname(path)}]`, () => folders.settle(dirname(path)))
        return temp
      } catch (error) {
        await temp.discard()
        throw error
      }
    },
    async openPartsTemp(path, placement, sizeBytes) {
      if (!bearsOwnName(path, placement)) return undefined
      const handle = await openLeftTemp(path, { sizeBytes, ...options })
      return handle && resumed({ path, placement, sizeBytes }, handle)
    },
    async openOfficialTemp(officialPath, { item, placement, sizeBytes }) {
      const found = await openOfficialFile({
        path: officialPath,
        sizeBytes,
        tempFolder: options.tempFolder ?? options.defaultTempFolder,
        beside: [dirname(item.destination), dirname(placement.target)],
        hiddenName: basename(placement.directTemp),
      })
      if (found.kind !== 'opened') return found
      const { handle, ownPath: path, takeOver, remove } = found
      const temp = await resumed({ path, placement, sizeBytes }, handle)
      return { kind: 'usable', temp: { ...temp, takeOver, remove } }
    },
    async removeTemps(placement, recorded) {
      const planned = await choosePartsTemp(placement, options)
      const paths = new Set([placement.directTemp, planned])
      if (recorded !== undefined && bearsOwnName(recorded, placement)) paths.add(recorded)
      for (const path of paths) {
        await onDisk(`remove the temp file [${path}]`, () => unlinkIfThere(path))
      }
    },
  }
}

interface ResumedFile {
  readonly path: string
  readonly placement: Placement
  readonly sizeBytes: number
}

/** Beside the target where the default folder would cost a second copy of the file. */
async function choosePartsTemp(placement: Placement, options: DiskOptions): Promise<string> {
  const name = partsName(placement)
  if (options.tempFolder !== undefined) return join(options.tempFolder, name)
  const [targetDevice, folderDevice] = await onDisk('choose a folder for the temp file', () =>
    Promise.all([deviceOf(dirname(placement.target)), deviceOf(options.defaultTempFolder)]),
  )
  return targetDevice === folderDevice
    ? join(options.defaultTempFolder, name)
    : placement.directTemp
}

/** The name without the dot that hides it beside a destination. */
function partsName(placement: Placement): string {
  return basename(placement.directTemp).slice(1)
}

/** Device of the path, or of its nearest ancestor that exists. */
async function deviceOf(path: string): Promise<number | undefined> {
  for (let at = path; ; at = dirname(at)) {
    const found = await callsFor('apart').statIfThere(at)
    if (found !== undefined) return found.dev
    if (at === dirname(at)) return undefined
  }
}

/** A left-over of an earlier run goes first: the caller holds the download's lock. */
async function createExclusively(path: string, calls: FileCalls): Promise<OpenFile> {
  const create = () => calls.open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, tempMode)
  return onDisk(`make the temp file [${path}]`, async () => {
    try {
      return await create()
    } catch (error) {
      const code = systemCode(error)
      if (code === 'EEXIST') await unlinkIfThere(path, calls)
      else if (isMissing(error)) {
        await makeFolder(dirname(path), `the parent folder [${dirname(path)}]`)
      } else throw error
      return create()
    }
  })
}

/** Only names that this very download would choose are ever opened or deleted. */
function bearsOwnName(path: string, placement: Placement): boolean {
  const name = basename(path)
  if (resolve(path) !== path) return false
  return name === basename(placement.directTemp) || name === partsName(placement)
}
