import { dirname } from 'node:path'
import type { Fate } from './disk-fates.ts'
import {
  beginSync,
  changeBytes,
  changeName,
  collect,
  contentOf,
  liveNode,
  nameAt,
  newFile,
  newFolder,
  type FileNode,
  type FolderNode,
  type Node,
  type Pending,
  type Snapshot,
} from './disk-nodes.ts'
import type { FileEvent, FileOperation } from './operation-log.ts'

/**
 * A disk without a journal that promises no more than POSIX does: bytes are there for good after an
 * fsync of their file, a name after one of its folder, and all else may be there or not, in any
 * order. Only a single name changes at once: it leads to the old file or the new one.
 */
export interface DiskModel {
  /** Goes on to the next event. Throws where the operation could not have been done. */
  apply(event: FileEvent): void
  /** The next events are those of another process, which may use the same numbers. */
  nextProcess(): void
  /** What is on the disk when the power fails now. */
  afterPowerLoss(fate: Fate): Snapshot
}

/** A disk on which all of this has been for long; folders stand in it too. */
export function createDiskModel(start: Snapshot): DiskModel {
  const root = newFolder()
  for (const [path, found] of [...start].toSorted(([one], [other]) => (one < other ? -1 : 1))) {
    nameAt(root, path).durable = found === 'folder' ? newFolder() : newFile(found)
  }
  let handles = new Map<number, Node>()
  let open = new Map<number, Begun>()

  return {
    apply(event) {
      if (event.event === 'begin') {
        open.set(event.number, begin(root, handles, event.operation))
        return
      }
      const begun = open.get(event.number)
      if (begun === undefined) throw new Error(`Nothing with number ${event.number} has begun`)
      open.delete(event.number)
      for (const one of begun.changes) one.hasEnded = true
      begun.end()
    },
    nextProcess() {
      for (const { changes } of open.values()) for (const one of changes) one.hasEnded = true
      open = new Map()
      handles = new Map()
    },
    afterPowerLoss(fate) {
      const found = new Map<string, Buffer | 'folder'>()
      collect(root, fate, { found, above: '' })
      return found
    },
  }
}

/** An operation that is under way: what it changes, and what is to be done once it has ended. */
interface Begun {
  readonly changes: readonly Pending[]
  readonly end: () => void
}

function begin(root: FolderNode, handles: Map<number, Node>, operation: FileOperation): Begun {
  switch (operation.kind) {
    case 'open':
      return beginOpening(root, handles, operation)
    case 'write':
    case 'truncate':
    case 'sync':
    case 'mode':
      return beginOnHandle(nodeOf(handles, operation), operation)
    case 'rename':
    case 'link':
    case 'unlink':
    case 'folder':
      return changing(changeNames(root, operation))
  }
}

function beginOpening(
  root: FolderNode,
  handles: Map<number, Node>,
  { path, handle, creates }: Extract<FileOperation, { kind: 'open' }>,
): Begun {
  const found = path === '' ? root : liveNode(nameAt(root, path))
  const node = found ?? newFile()
  if (found === undefined && !creates) throw new Error(`There is no ${path} to be opened`)
  handles.set(handle, node)
  return changing(found === undefined ? [changeName(root, path, node)] : [])
}

function beginOnHandle(
  node: Node,
  operation: Extract<FileOperation, { kind: 'write' | 'truncate' | 'sync' | 'mode' }>,
): Begun {
  switch (operation.kind) {
    case 'sync':
      return { changes: [], end: beginSync(node) }
    case 'mode':
      return changing([])
    case 'truncate': {
      const { kind, path, length } = operation
      return changing([changeBytes(asFile(node, path), { kind, length })])
    }
    case 'write': {
      const { kind, path, bytes } = operation
      const file = asFile(node, path)
      const position = operation.position ?? contentOf(file.durable, file.pending).length
      return changing([changeBytes(file, { kind, position, bytes })])
    }
  }
}

function changing(changes: readonly Pending[]): Begun {
  return { changes, end: () => undefined }
}

function changeNames(
  root: FolderNode,
  operation: Extract<FileOperation, { kind: 'rename' | 'link' | 'unlink' | 'folder' }>,
): readonly Pending[] {
  const { kind, path } = operation
  switch (kind) {
    case 'rename': {
      const node = liveNode(nameAt(root, path))
      return [changeName(root, operation.to, node), changeName(root, path, undefined)]
    }
    case 'link':
      return [changeName(root, operation.to, liveNode(nameAt(root, path)))]
    case 'unlink':
      return [changeName(root, path, undefined)]
    case 'folder':
      return makeFolders(root, path)
  }
}

function makeFolders(root: FolderNode, path: string): readonly Pending[] {
  if (path === '.' || path === '') return []
  const parents = makeFolders(root, dirname(path))
  if (liveNode(nameAt(root, path)) !== undefined) return parents
  return [...parents, changeName(root, path, newFolder())]
}

function nodeOf(handles: ReadonlyMap<number, Node>, at: { handle: number; path: string }): Node {
  const node = handles.get(at.handle)
  if (node === undefined) throw new Error(`${at.path} was not opened as ${at.handle}`)
  return node
}

function asFile(node: Node, path: string): FileNode {
  if (node.kind !== 'file') throw new Error(`${path} is a folder`)
  return node
}
