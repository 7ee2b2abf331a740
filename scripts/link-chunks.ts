/* oxlint-disable switch-exhaustiveness-check -- of some seventy types of nodes a few count */
import { parse, type AnyNode, type ImportDeclaration, type Program } from 'acorn'
import { messageOf } from '../src/core/errors.ts'

/**
 * Makes what esbuild writes as ES modules, when it splits a bundle, into CommonJS. esbuild's own way gives
 * every imported name a getter over a getter: at each use in a loop over many thousand objects that took a
 * fiftieth of the time, and as much of each start. Here a name is a constant. That is the same only where
 * no name changes after its module has run, and no two modules import each other; throws where that does
 * not hold, and at statements of a form that esbuild has not written so far.
 *
 * @param chunks The texts by file name.
 */
export function linkChunks(chunks: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const parsed = new Map(
    Array.from(chunks, ([name, text]) => [
      name,
      { text, program: parse(text, { ecmaVersion: 'latest', sourceType: 'module' }) },
    ]),
  )
  const imports = new Map(
    Array.from(parsed, ([name, { program }]) => [name, chunksImportedBy(program)]),
  )
  const cleared = new Set<string>()
  for (const name of chunks.keys()) assertNoCircle(name, { imports, way: [], cleared })
  return new Map(Array.from(parsed, ([name, chunk]) => [name, linkChunk(name, chunk)]))
}

interface Chunk {
  readonly text: string
  readonly program: Program
}

/** What comes in the place of a piece of the text. */
interface Edit {
  readonly start: number
  readonly end: number
  readonly text: string
}

function linkChunk(name: string, { text, program }: Chunk): string {
  const edits: Edit[] = []
  const exported = new Set<string>()
  try {
    for (const statement of program.body) {
      edits.push(...linkStatement(statement, text))
      if (statement.type !== 'ExportNamedDeclaration') continue
      for (const { local } of statement.specifiers) exported.add(nameOf(local))
    }
    visit(program, 0, (node, depth) => {
      assertLasting(node, depth, exported)
      if (node.type === 'ImportExpression') edits.push(linkLater(node))
    })
  } catch (error) {
    throw new Error(`The chunk ${name} cannot be linked: ${messageOf(error)}`, { cause: error })
  }
  return edits
    .toSorted((one, other) => other.start - one.start)
    .reduce((rest, { start, end, text: by }) => rest.slice(0, start) + by + rest.slice(end), text)
}

function linkStatement(statement: AnyNode, text: string): readonly Edit[] {
  const { start, end } = statement
  switch (statement.type) {
    case 'ImportDeclaration':
      return [{ start, end, text: linkImport(statement) }]
    case 'ExportNamedDeclaration': {
      if (statement.source || statement.declaration) throw unknown(statement)
      const lines = statement.specifiers.map(
        ({ local, exported }) => `exports.${nameOf(exported)} = ${nameOf(local)};`,
      )
      return [{ start, end, text: lines.join('\n') }]
    }
    case 'ExportDefaultDeclaration': {
      const { declaration } = statement
      if (declaration.type.endsWith('Declaration')) throw unknown(statement)
      const value = text.slice(declaration.start, declaration.end)
      return [{ start, end, text: `exports.default = ${value};` }]
    }
    case 'ExportAllDeclaration':
      throw unknown(statement)
    case 'VariableDeclaration':
      for (const { id } of statement.declarations) namesIn(id).forEach(assertFree)
      return []
    case 'FunctionDeclaration':
    case 'ClassDeclaration':
      namesIn(statement.id).forEach(assertFree)
      return []
    default:
      return []
  }
}

function linkImport(statement: ImportDeclaration): string {
  const { specifiers, source } = statement
  const loaded = `require(${source.raw})`
  const bound = specifiers.flatMap((one) =>
    one.type === 'ImportSpecifier' ? `${nameOf(one.imported)}: ${nameOf(one.local)}` : [],
  )
  // What a module of Node.js has by default is itself; a chunk has other things beside its default.
  const ofNode = specifiers.filter(({ type }) => type !== 'ImportSpecifier')
  const isOurs = isChunk(statement)
  const hasDefault = bound.some((pair) => pair.startsWith('default:'))
  if ((isOurs && ofNode.length > 0) || (!isOurs && hasDefault)) throw unknown(statement)
  for (const { local } of specifiers) assertFree(nameOf(local))
  return [
    ...(specifiers.length === 0 ? [`${loaded};`] : []),
    ...ofNode.map(({ local }) => `const ${nameOf(local)} = ${loaded};`),
    ...(bound.length === 0 ? [] : [`const { ${bound.join(', ')} } = ${loaded};`]),
  ].join('\n')
}

function linkLater(node: Extract<AnyNode, { type: 'ImportExpression' }>): Edit {
  const { start, end, source } = node
  if (source.type !== 'Literal') throw unknown(node)
  return { start, end, text: `Promise.resolve().then(() => require(${source.raw}))` }
}

/** A function may run at any time; at the top a name has its last value before the exports, which come last. */
function assertLasting(node: AnyNode, depth: number, exported: ReadonlySet<string>): void {
  const changing = depth === 0 ? undefined : namesChangedBy(node).find((name) => exported.has(name))
  if (changing !== undefined)
    throw new Error(`${changing} is exported, and a function may change it`)
}

function namesChangedBy(node: AnyNode): readonly string[] {
  switch (node.type) {
    case 'AssignmentExpression':
    case 'ForInStatement':
    case 'ForOfStatement':
      return namesIn(node.left)
    case 'UpdateExpression':
      return namesIn(node.argument)
    default:
      return []
  }
}

/** The names that a pattern gives values to. */
function namesIn(pattern: AnyNode | null): readonly string[] {
  switch (pattern?.type) {
    case 'Identifier':
      return [pattern.name]
    case 'ArrayPattern':
      return pattern.elements.flatMap(namesIn)
    case 'ObjectPattern':
      return pattern.properties.flatMap((one) =>
        namesIn(one.type === 'Property' ? one.value : one.argument),
      )
    case 'AssignmentPattern':
      return namesIn(pattern.left)
    case 'RestElement':
      return namesIn(pattern.argument)
    default:
      return []
  }
}

const functions = /^(?:Function|ArrowFunction|PropertyDefinition)/

/** Calls it for each node, with how many functions are around it. */
function visit(node: AnyNode, depth: number, see: (node: AnyNode, depth: number) => void): void {
  see(node, depth)
  const inside = functions.test(node.type) ? depth + 1 : depth
  for (const value of Object.values(node).flat()) {
    if (isNode(value)) visit(value, inside, see)
  }
}

function isNode(value: unknown): value is AnyNode {
  return typeof value === 'object' && value !== null && 'type' in value
}

function nameOf(node: AnyNode): string {
  if (node.type === 'Identifier') return node.name
  throw unknown(node)
}

/** What CommonJS, and the head of each chunk, give a meaning to. */
function assertFree(name: string): void {
  if (['exports', 'require', 'module', 'ownUrl'].includes(name)) {
    throw new Error(`the name ${name} is taken`)
  }
}

function unknown({ type, start }: AnyNode): Error {
  return new Error(`a ${type} of a form that is not known, at ${start}`)
}

function isChunk({ source }: ImportDeclaration): boolean {
  return String(source.value).startsWith('./')
}

function chunksImportedBy(program: Program): readonly string[] {
  return program.body.flatMap((statement) =>
    statement.type === 'ImportDeclaration' && isChunk(statement)
      ? String(statement.source.value).slice(2)
      : [],
  )
}

interface Search {
  readonly imports: ReadonlyMap<string, readonly string[]>
  /** How the chunk was come to. */
  readonly way: readonly string[]
  /** Chunks that lead into no circle: there are many ways to each. */
  readonly cleared: Set<string>
}

function assertNoCircle(name: string, { imports, way, cleared }: Search): void {
  if (cleared.has(name)) return
  const further = [...way, name]
  if (way.includes(name)) throw new Error(`chunks import each other: ${further.join(', ')}`)
  for (const next of imports.get(name) ?? []) {
    assertNoCircle(next, { imports, way: further, cleared })
  }
  cleared.add(name)
}
