import { basename, dirname } from 'node:path'
import type { Fate } from './disk-fates.ts'

/** What is on a disk: paths relative to its root, and the bytes of files. */
export type Snapshot = ReadonlyMap<string, Buffer | 'folder'>

/** A change that may be lost; a sync that begins later, and only such a one, makes it last. */
export interface Pending {
  hasEnded: boolean
}

interface Write extends Pending {
  readonly kind: 'write'
  readonly position: number
  readonly bytes: Buffer
}

interface Truncation extends Pending {
  readonly kind: 'truncate'
  readonly length: number
}

type ByteChange = Write | Truncation

interface NameChange extends Pending {
  readonly node: Node | undefined
}

interface Name {
  durable: Node | undefined
  pending: readonly NameChange[]
}

/** What is on disk of a file, and the changes since then. */
export interface FileNode {
  readonly kind: 'file'
  durable: Buffer
  pending: readonly ByteChange[]
}

/** The names that were ever in a folder, and what each leads to. */
export interface FolderNode {
  readonly kind: 'folder'
  readonly names: Map<string, Name>
}

/** A file or folder, whatever it is called. */
export type Node = FileNode | FolderNode

/** The name in its folder, which must be there; the name itself may lead to nothing as yet. */
export function nameAt(root: FolderNode, path: string): Name {
  const parent = dirname(path)
  const folder = parent === '.' ? root : liveNode(nameAt(root, parent))
  if (folder?.kind !== 'folder') throw new Error(`There is no folder ${parent}`)
  const found = folder.names.get(basename(path)) ?? { durable: undefined, pending: [] }
  folder.names.set(basename(path), found)
  return found
}

/** What the name leads to now, for the processes that run. */
export function liveNode({ durable, pending }: Name): Node | undefined {
  const last = pending.at(-1)
  return last === undefined ? durable : last.node
}

/** Notes a change of a file's bytes. */
export function changeBytes(
  file: FileNode,
  made: Omit<Write, 'hasEnded'> | Omit<Truncation, 'hasEnded'>,
): Pending {
  const pending = { ...made, hasEnded: false }
  file.pending = [...file.pending, pending]
  return pending
}

/** Notes that the path leads elsewhere from now on, or nowhere. */
export function changeName(root: FolderNode, path: string, node: Node | undefined): Pending {
  const name = nameAt(root, path)
  const pending: NameChange = { node, hasEnded: false }
  name.pending = [...name.pending, pending]
  return pending
}

/** Makes what had ended when the sync began last, as soon as the sync has ended. */
export function beginSync(node: Node): () => void {
  if (node.kind === 'file') {
    const covered = new Set(node.pending.filter(({ hasEnded }) => hasEnded))
    return () => {
      node.durable = contentOf(
        node.durable,
        node.pending.filter((one) => covered.has(one)),
      )
      node.pending = node.pending.filter((one) => !covered.has(one))
    }
  }
  const covered = new Set(
    [...node.names.values()].flatMap(({ pending }) => pending.filter(({ hasEnded }) => hasEnded)),
  )
  return () => {
    for (const name of node.names.values()) {
      const last = name.pending.findLastIndex((one) => covered.has(one))
      const kept = name.pending[last]
      if (kept === undefined) continue
      name.durable = kept.node
      name.pending = name.pending.slice(last + 1)
    }
  }
}

/** Goes down from a folder and notes what the fate has left. */
export function collect(
  folder: FolderNode,
  fate: Fate,
  into: { readonly found: Map<string, Buffer | 'folder'>; readonly above: string },
): void {
  for (const [name, { durable, pending }] of folder.names) {
    const kept = fate.namesKept(pending.length)
    const node = kept === 0 ? durable : pending[kept - 1]?.node
    const path = `${into.above}${name}`
    if (node === undefined) continue
    into.found.set(path, node.kind === 'folder' ? 'folder' : fated(node, fate))
    if (node.kind === 'folder') collect(node, fate, { ...into, above: `${path}/` })
  }
}

function fated({ durable, pending }: FileNode, fate: Fate): Buffer {
  if (pending.length === 0) return durable
  const changes = pending.flatMap((one): readonly ByteChange[] => {
    const what = fate.change()
    if (what === 'lost') return []
    if (what === 'whole' || one.kind === 'truncate') return [one]
    const { bytes } = one
    const half = bytes.subarray(0, bytes.length >> 1)
    return [{ ...one, bytes: what === 'torn' ? half : Buffer.alloc(bytes.length) }]
  })
  return contentOf(durable, changes)
}

/** The bytes of a file after the changes. */
export function contentOf(before: Buffer, changes: readonly ByteChange[]): Buffer {
  return changes.reduce((content, one) => {
    if (one.kind === 'truncate') return resized(content, one.length)
    const end = one.position + one.bytes.length
    const result = end > content.length ? resized(content, end) : Buffer.from(content)
    result.set(one.bytes, one.position)
    return result
  }, before)
}

function resized(content: Buffer, length: number): Buffer {
  const result = Buffer.alloc(length)
  content.copy(result)
  return result
}

/** A file of these bytes, which are on disk. */
export function newFile(durable: Buffer = Buffer.alloc(0)): FileNode {
  return { kind: 'file', durable, pending: [] }
}

/** A folder without names. */
export function newFolder(): FolderNode {
  return { kind: 'folder', names: new Map() }
}
