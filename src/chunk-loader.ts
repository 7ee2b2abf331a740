import { readFileSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import process from 'node:process'
import { Script } from 'node:vm'
import { crc32 } from 'node:zlib'

/** A file of the bundle, as it is loaded. */
interface Chunk {
  readonly text: string
  readonly script: Script
  readonly module: { readonly exports: unknown }
}

/** Loads files of the bundle, each once. */
export interface ChunkLoader {
  /** The exports of the file of this name. Throws what reading it or its code throws. */
  load(name: string): unknown
  /** What was loaded so far, by name. */
  readonly chunks: ReadonlyMap<string, Chunk>
}

/**
 * Loads what the build put into the folder, with the code that V8 had made of it there (`codeCacheOf`), for
 * to compile all functions anew takes a third of the start. Code that is not there, or is not sealed for this
 * Node.js and this text (`sealCode`), is made by V8 as ever.
 *
 * @param require For what is no file of the bundle.
 */
export function createChunkLoader(folder: string, require: (id: string) => unknown): ChunkLoader {
  const chunks = new Map<string, Chunk>()
  const requireFrom = (id: string): unknown =>
    id.startsWith('./') ? load(basename(id)) : require(id)
  const load = (name: string): unknown => {
    const known = chunks.get(name)
    if (known !== undefined) return known.module.exports
    const path = join(folder, name)
    // In one line with the text, so that the numbers of its lines stay what they are.
    const text = `(function (exports, require, module, __filename, __dirname) { ${readFileSync(path, 'utf8')}\n})`
    const script = new Script(text, { filename: path, cachedData: readCode(path, text) })
    const module = { exports: {} }
    chunks.set(name, { text, script, module })
    try {
      run(script, [module.exports, requireFrom, module, path, folder])
    } catch (error) {
      // The next one who needs it tries again, as with `require`.
      chunks.delete(name)
      throw error
    }
    return module.exports
  }
  return { load, chunks }
}

/** Where the code of a file lies. */
export function codeCacheOf(path: string): string {
  return `${path}.cache`
}

/**
 * The code as it is kept, with a seal over it, the text that it was made of, and the very program that made it.
 * V8 itself looks at the length of the text alone, takes code of releases of Node.js that patched it, and
 * crashes over code that is damaged.
 */
export function sealCode(code: Uint8Array, text: string): Buffer {
  return Buffer.concat([Buffer.from(sealOf(code, text), 'latin1'), code])
}

const sealBytes = 16
let maker: string | undefined

/** It is about damage and changes, not about forgers; to load `node:crypto` for it would take 4 ms. */
function sealOf(code: Uint8Array, text: string): string {
  maker ??= describeProgram()
  return hexOf(crc32(text, crc32(maker))) + hexOf(crc32(code))
}

function hexOf(crc: number): string {
  return crc.toString(16).padStart(8, '0')
}

/** Two builds of one release may differ as well. */
function describeProgram(): string {
  const { size, mtimeMs } = statSync(process.execPath)
  return [process.version, process.platform, process.arch, size, mtimeMs].join(' ')
}

/** Whether to keep the code of a text: a short one is compiled sooner than its code is read. */
export function isWorthKeeping(text: string): boolean {
  return text.length > 4096
}

function readCode(path: string, text: string): Buffer | undefined {
  if (!isWorthKeeping(text)) return undefined
  try {
    const sealed = readFileSync(codeCacheOf(path))
    const code = sealed.subarray(sealBytes)
    return sealed.toString('latin1', 0, sealBytes) === sealOf(code, text) ? code : undefined
  } catch {
    // It saves time where it is there, and that is all.
    return undefined
  }
}

/** As `require` calls the text of a CommonJS module. */
function run(script: Script, parameters: readonly unknown[]): void {
  const body: unknown = script.runInThisContext()
  if (typeof body === 'function') Reflect.apply(body, undefined, parameters)
}
