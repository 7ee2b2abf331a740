/**
 * Makes what esbuild writes as ES modules, when it splits a bundle, into CommonJS. esbuild's own way gives
 * every imported name a getter over a getter: at each use in a loop over many thousand objects that took a
 * fiftieth of the time, and as much of each start. Here a name is a constant. That is the same only where
 * no name changes after its module has run, and no two modules import each other: `linkChunks` throws
 * where that does not hold.
 */

/** Top-level statements as esbuild writes them. */
const named = /^import \{([^}]*)\} from ("[^"]+");$/gm
const whole = /^import (?:\* as )?([\w$]+) from ("[^"]+");$/gm
const bare = /^import ("[^"]+");$/gm
const exported = /^export \{([^}]*)\};$/gm
const defaulted = /^export default ([^;]+);$/gm
const later = /\bimport\(("[^"]+")\)/g

/** The chunks' texts by file name, and the same in CommonJS. */
export function linkChunks(chunks: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const imports = new Map(Array.from(chunks, ([name, text]) => [name, importsOf(text)]))
  for (const name of chunks.keys()) assertNoCircle(name, imports, [])
  return new Map(Array.from(chunks, ([name, text]) => [name, linkChunk(name, text)]))
}

function linkChunk(name: string, text: string): string {
  const names = Array.from(text.matchAll(exported), ([, list = '']) => pairsOf(list)).flat()
  const changing = names.find(({ inner }) => mayChange(text, inner))
  if (changing !== undefined) throw new Error(`${name} exports ${changing.inner}, which may change`)
  const linked = text
    .replaceAll(named, (_, list: string, from: string) => {
      const bound = pairsOf(list).map(({ inner, outer }) => `${inner}: ${outer}`)
      return `const { ${bound.join(', ')} } = require(${from});`
    })
    .replaceAll(whole, 'const $1 = require($2);')
    .replaceAll(bare, 'require($1);')
    .replaceAll(exported, (_, list: string) =>
      pairsOf(list)
        .map(({ inner, outer }) => `exports.${outer} = ${inner};`)
        .join('\n'),
    )
    .replaceAll(defaulted, 'exports.default = $1;')
    .replaceAll(later, 'Promise.resolve().then(() => require($1))')
  const left = /^(?:import|export)\b.*/m.exec(linked)
  if (left !== null)
    throw new Error(`${name} has a statement of a form that is not known: ${left[0]}`)
  return linked
}

/** `a as b, c` */
function pairsOf(list: string): readonly { readonly inner: string; readonly outer: string }[] {
  return list
    .split(',')
    .map((pair) => pair.trim())
    .filter((pair) => pair !== '')
    .map((pair) => {
      const [inner = '', outer = inner] = pair.split(' as ')
      return { inner, outer }
    })
}

/** Such a name is given its value at once, or by the statement that follows its declaration (an enum). */
function mayChange(text: string, name: string): boolean {
  return text.includes(`\nlet ${name}`) || new RegExp(`^\\s+${escaped(name)} = `, 'm').test(text)
}

function escaped(name: string): string {
  return name.replaceAll('$', String.raw`\$`)
}

function importsOf(text: string): readonly string[] {
  return [named, whole, bare].flatMap((form) =>
    Array.from(text.matchAll(form), (match) => (match.at(-1) ?? '').replaceAll('"', ''))
      .filter((from) => from.startsWith('./'))
      .map((from) => from.slice(2)),
  )
}

function assertNoCircle(
  name: string,
  imports: ReadonlyMap<string, readonly string[]>,
  way: readonly string[],
): void {
  if (way.includes(name)) throw new Error(`chunks import each other: ${[...way, name].join(', ')}`)
  for (const next of imports.get(name) ?? []) assertNoCircle(next, imports, [...way, name])
}
