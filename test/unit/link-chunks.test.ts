import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { describe, it } from 'node:test'
import { runInThisContext } from 'node:vm'
import { linkChunks } from '../../scripts/link-chunks.ts'

const requireBuiltin = createRequire(import.meta.url)

/** Runs linked chunks as Node.js does, and returns what one of them exports. */
function run(chunks: Readonly<Record<string, string>>, name: string): Record<string, unknown> {
  const linked = linkChunks(new Map(Object.entries(chunks)))
  const modules = new Map<string, Record<string, unknown>>()
  const load = (from: string): unknown => {
    if (!from.startsWith('./')) return requireBuiltin(from)
    const known = modules.get(from)
    if (known !== undefined) return known
    const exports: Record<string, unknown> = {}
    modules.set(from, exports)
    const text = linked.get(from.slice(2)) ?? ''
    const body: unknown = runInThisContext(`(function (require, exports) {${text}\n})`)
    assert.ok(typeof body === 'function')
    Reflect.apply(body, undefined, [load, exports])
    return exports
  }
  load(`./${name}`)
  return modules.get(`./${name}`) ?? {}
}

const lib = 'var one = 1;\nfunction two() {\n  return 2;\n}\nexport {\n  one,\n  two as deux\n};\n'

describe('linkChunks', () => {
  for (const [what, text, expected] of [
    [
      'names',
      'import {\n  one,\n  deux as two\n} from "./lib.js";\nvar all = one + two();\nexport { all };',
      3,
    ],
    [
      'a whole module',
      'import * as path from "node:path";\nvar all = path.join("a", "b");\nexport { all };',
      'a/b',
    ],
    [
      'the default of a builtin',
      'import path from "node:path";\nvar all = path.sep;\nexport { all };',
      '/',
    ],
    ['a chunk that is only run', 'import "./lib.js";\nvar all = 7;\nexport { all };', 7],
    [
      'an enum',
      'var All;\n(function(All2) {\n  All2["A"] = "a";\n})(All || (All = {}));\nexport { All as all };',
      { A: 'a' },
    ],
  ] as const) {
    it(`links ${what}`, () => {
      assert.deepEqual(run({ 'lib.js': lib, 'main.js': text }, 'main.js'), { all: expected })
    })
  }
  it('links what is loaded later', async () => {
    const main = 'var later = import("./lib.js").then((lib) => lib.deux());\nexport { later };'
    const { later } = run({ 'lib.js': lib, 'main.js': main }, 'main.js')
    assert.equal(await later, 2)
  })
  it('links a default', () => {
    const chunks = { 'lib.js': 'export default 5;' }
    assert.deepEqual(run(chunks, 'lib.js'), { default: 5 })
  })
  for (const change of [
    'n = 2',
    'n++',
    '--n',
    'n += 1',
    'n ??= 3',
    'if (n === 1) n = 2',
    '[n] = [2]',
    '({ n } = { n: 2 })',
    '({ a: [...n] } = { a: [] })',
    'for (n of [2]) ;',
    'for (n in {}) ;',
    '(() => { n = 2; })()',
  ]) {
    it(`refuses a name that a function changes by ${change}`, () => {
      const text = `var n = 1;\nfunction change() {\n  ${change};\n}\nexport {\n  change,\n  n\n};\n`
      assert.throws(() => linkChunks(new Map([['a.js', text]])), /n is exported, and a function/)
    })
  }
  it('takes a name that is changed before its module has run', () => {
    const text = 'let n = 1;\nn += 1;\n{\n  n++;\n}\nexport {\n  n\n};\n'
    assert.deepEqual(run({ 'a.js': text }, 'a.js'), { n: 3 })
  })
  for (const [what, chunks, message] of [
    ['a circle', { 'a.js': 'import "./b.js";', 'b.js': 'import "./a.js";' }, /import each other/],
    ['a list of everything', { 'a.js': 'export * from "./b.js";', 'b.js': '' }, /not known/],
    ['an export of a statement', { 'a.js': 'export const a = 1;' }, /not known/],
    ['the default of a chunk', { 'a.js': 'import b from "./b.js";', 'b.js': lib }, /not known/],
    [
      'a builtin’s default by its name',
      { 'a.js': 'import { default as p } from "path";' },
      /not known/,
    ],
    ['an import that is computed', { 'a.js': 'import(name);' }, /not known/],
    ['a name that has a meaning', { 'a.js': 'var exports = 1;' }, /exports is taken/],
  ] as const) {
    it(`refuses ${what}`, () => {
      assert.throws(() => linkChunks(new Map(Object.entries(chunks))), message)
    })
  }
})
