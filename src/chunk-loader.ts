import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { Script } from 'node:vm'

/** A file of the bundle, as it is loaded. */
interface Chunk {
  readonly script: Script
  readonly module: { readonly exports: unknown }
}

/** Loads files of the bundle, each once. */
export interface ChunkLoader {
  /** The exports of the file of this name. Throws what `require` would. */
  load(name: string): unknown
  /** What was loaded so far, by name. */
  readonly chunks: ReadonlyMap<string, Chunk>
}

/**
 * Loads what the build put into the folder, with the code that V8 had made of it there (`codeCacheOf`), for
 * to read and compile a function anew takes as much as the rest of the start. V8 takes no code that another
 * version of it made, or of another text; then, and where there is none, it makes its own as ever.
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
    const script = new Script(text, { filename: path, cachedData: readCache(path) })
    const module = { exports: {} }
    chunks.set(name, { script, module })
    run(script, [module.exports, requireFrom, module, path, folder])
    return module.exports
  }
  return { load, chunks }
}

/** Where the code of a file lies. */
export function codeCacheOf(path: string): string {
  return `${path}.cache`
}

function readCache(path: string): Buffer | undefined {
  try {
    return readFileSync(codeCacheOf(path))
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
