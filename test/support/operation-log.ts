import { readFile } from 'node:fs/promises'

/** What a run did to a file or folder below the root; paths are relative to the root. */
export type FileOperation =
  | {
      readonly kind: 'open'
      readonly path: string
      readonly handle: number
      readonly creates: boolean
    }
  | {
      readonly kind: 'write'
      readonly path: string
      readonly handle: number
      /** Null for the end of the file. */
      readonly position: number | null
      readonly bytes: Buffer
    }
  | {
      readonly kind: 'truncate'
      readonly path: string
      readonly handle: number
      readonly length: number
    }
  /** Of a folder too. */
  | { readonly kind: 'sync'; readonly path: string; readonly handle: number }
  | { readonly kind: 'mode'; readonly path: string; readonly handle: number }
  | { readonly kind: 'rename' | 'link'; readonly path: string; readonly to: string }
  /** A folder that is made comes with its parents. */
  | { readonly kind: 'unlink' | 'folder'; readonly path: string }

/** Operations overlap, so each has a beginning and an end; the number, from 1, is what they share. */
export type FileEvent =
  | { readonly event: 'begin'; readonly number: number; readonly operation: FileOperation }
  | { readonly event: 'end'; readonly number: number }

/** Variables that make a run of the tool write down what it does to files below the root. */
export function loggingTo(logFile: string, root: string): Readonly<Record<string, string>> {
  return {
    NODE_OPTIONS: `--import=${new URL('operation-log.mjs', import.meta.url).href}`,
    LOG_ROOT: root,
    LOG_FILE: logFile,
  }
}

/**
 * Reads the log of a run, which may have been killed. What failed is left out, and so is an opening
 * that did not come to its end: it may have been about to fail. Throws on anything that such a log
 * cannot hold.
 */
export async function readOperationLog(logFile: string): Promise<readonly FileEvent[]> {
  const lines = (await readFile(logFile, 'utf8')).split('\n').filter((line) => line !== '')
  const events = lines.map((line) => readEvent(JSON.parse(line)))
  const seen = (wanted: string) => {
    return new Set(events.flatMap(({ event, number }) => (event === wanted ? number : [])))
  }
  const [failed, ended] = [seen('failed'), seen('end')]
  return events
    .filter((event) => event.event !== 'failed')
    .filter((event) => {
      const isOpening = event.event === 'begin' && event.operation.kind === 'open'
      return !failed.has(event.number) && (!isOpening || ended.has(event.number))
    })
}

/** The operation in a line, as patterns of kill points see it. */
export function describeOperation(operation: FileOperation): string {
  const { kind, path } = operation
  if (kind === 'open') return `${operation.creates ? 'create' : 'open'} ${path}`
  return 'to' in operation ? `${kind} ${path} ${operation.to}` : `${kind} ${path}`
}

type Fields = Readonly<Record<string, unknown>>

function readEvent(line: Fields): FileEvent | { event: 'failed'; number: number } {
  const number = numberIn(line, 'number')
  switch (line['event']) {
    case 'begin':
      return { event: 'begin', number, operation: readOperation(line) }
    case 'done':
      return { event: 'end', number }
    case 'failed':
      return { event: 'failed', number }
    default:
      throw strange(line)
  }
}

function readOperation(line: Fields): FileOperation {
  const { kind } = line
  const path = textIn(line, 'path')
  switch (kind) {
    case 'open':
      return { kind, path, handle: numberIn(line, 'handle'), creates: line['creates'] === true }
    case 'write': {
      const position = line['position'] === null ? null : numberIn(line, 'position')
      const bytes = Buffer.from(textIn(line, 'bytes'), 'base64')
      return { kind, path, handle: numberIn(line, 'handle'), position, bytes }
    }
    case 'truncate':
      return { kind, path, handle: numberIn(line, 'handle'), length: numberIn(line, 'length') }
    case 'sync':
    case 'mode':
      return { kind, path, handle: numberIn(line, 'handle') }
    case 'rename':
    case 'link':
      return { kind, path, to: textIn(line, 'to') }
    case 'unlink':
    case 'folder':
      return { kind, path }
    default:
      throw strange(line)
  }
}

function numberIn(line: Fields, name: string): number {
  const value = line[name]
  if (typeof value !== 'number') throw strange(line)
  return value
}

function textIn(line: Fields, name: string): string {
  const value = line[name]
  if (typeof value !== 'string') throw strange(line)
  return value
}

function strange(line: Fields): Error {
  return new Error(`The operation log holds ${JSON.stringify(line)}`)
}
