import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import fc from 'fast-check'
import { readConfigFile } from '../../src/adapters/config-file.ts'
import { AppError } from '../../src/core/errors.ts'

describe('`readConfigFile()`', () => {
  let folder = ''
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'config-file-'))
  })
  after(async () => rm(folder, { recursive: true }))

  async function read(text: string, name = 'config'): Promise<[string, string][]> {
    const path = join(folder, name)
    await writeFile(path, text)
    return [...(await readConfigFile(path, { required: true })).entries]
  }

  const readable: readonly [name: string, text: string, entries: [string, string][]][] = [
    ['an empty file', '', []],
    ['no end of line at the end', 'ak=x', [['ak', 'x']]],
    ['blanks around key and value', ' \tak =\t x y \t\n', [['ak', 'x y']]],
    ['comments and blank lines', '# one\n  ; two\n\n \t \nak=x\n#sk=y\n', [['ak', 'x']]],
    ['a byte order mark', '\uFEFFak=x\n', [['ak', 'x']]],
    ['a byte order mark before a comment', '\uFEFF# x\nak=x', [['ak', 'x']]],
    [
      'CRLF',
      'ak=x\r\n\r\nsk=y\r\n',
      [
        ['ak', 'x'],
        ['sk', 'y'],
      ],
    ],
    [
      'CR alone',
      'ak=x\rsk=y\r',
      [
        ['ak', 'x'],
        ['sk', 'y'],
      ],
    ],
    ['an empty value', 'token=\n', [['token', '']]],
    [
      'the last of a repeated key',
      'j=1\nak=x\nj=2\n',
      [
        ['j', '2'],
        ['ak', 'x'],
      ],
    ],
    ['the last of a repeated key, if empty', 'j=1\nj=\n', [['j', '']]],
    ['a comment sign behind a value as part of it', 'ak=x # y ; z', [['ak', 'x # y ; z']]],
    [
      'quotes as part of the value',
      `ak="x"\nsk='y'`,
      [
        ['ak', '"x"'],
        ['sk', "'y'"],
      ],
    ],
    ['an escaped quote as it stands', 'ak="x\\"', [['ak', '"x\\"']]],
    [
      'what looks like JSON as text',
      'a=true\nb=null\nc=false\nd="\\u0041"',
      [
        ['a', 'true'],
        ['b', 'null'],
        ['c', 'false'],
        ['d', '"\\u0041"'],
      ],
    ],
    [
      'further signs of equality',
      'sk=a==b=\nx==',
      [
        ['sk', 'a==b='],
        ['x', '='],
      ],
    ],
    ['a value like a section', 'sk=[ak]', [['sk', '[ak]']]],
    [
      'a line like a section with a key in it',
      '[a=b]\nc=d',
      [
        ['[a', 'b]'],
        ['c', 'd'],
      ],
    ],
    [
      'keys like those of an array',
      'ak[]=x\nak[]=y\nak=z',
      [
        ['ak[]', 'y'],
        ['ak', 'z'],
      ],
    ],
    [
      'keys that every object has',
      'constructor=x\ntoString=y\nhasOwnProperty=z',
      [
        ['constructor', 'x'],
        ['toString', 'y'],
        ['hasOwnProperty', 'z'],
      ],
    ],
    ['a quoted key as it stands', '"ak"=x', [['"ak"', 'x']]],
    ['a key with a dot', 'a.b=x', [['a.b', 'x']]],
  ]
  for (const [index, [name, text, entries]] of readable.entries()) {
    it(`reads ${name}`, async () => {
      assert.deepEqual(await read(text, `readable-${index}`), entries)
    })
  }

  it('does not let `__proto__` reach any object', async () => {
    const entries = await read('__proto__=x\nak=y\n__proto__[]=z', 'proto')
    assert.equal(entries.find(([key]) => key === 'ak')?.[1], 'y')
    assert.ok(entries.some(([key]) => key === '__proto__'))
    assert.equal(Object.getPrototypeOf({}), Object.prototype)
  })

  it('reads back any value and any key, character for character', async () => {
    const awkward = fc.constantFrom(
      ...Array.from(`=;#"'\\[]{},:!$%&+/* \u00A0\u2028\u2029\u0085\0éß漢😀truenull`),
    )
    const line = fc
      .oneof(fc.string({ unit: 'binary' }), fc.string({ unit: awkward }))
      .map((text) => text.replace(/[\r\n]/g, '').trim())
    const key = line
      .map((text) => text.replaceAll('=', '').trim())
      .filter((text) => !/^([#;\uFEFF]|__proto__$|$)/.test(text))
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.tuple(key, line), { selector: ([name]) => name }),
        async (pairs) => {
          const text = pairs.map(([name, value]) => `${name}=${value}\n`).join('')
          assert.deepEqual(await read(text, 'property'), pairs)
        },
      ),
      { numRuns: 200 },
    )
  })

  const malformed: readonly [name: string, text: string, line: number][] = [
    ['a line without =', 'ak=x\n\n# c\nnonsense\nsk=y', 4],
    ['a line without a key', '=x', 1],
    ['a line with a blank key', 'ak=x\r\n  =x\r\n', 2],
    ['a section', 'ak=x\n[default]\n', 2],
  ]
  for (const [index, [name, text, line]] of malformed.entries()) {
    it(`refuses ${name} and says where it is`, async () => {
      const file = `malformed-${index}`
      await assert.rejects(
        read(text, file),
        isFault(`Configuration file [${join(folder, file)}] is not well-formed, line ${line}`),
      )
    })
  }

  it('does not repeat a malformed line, which may be a secret', async () => {
    await assert.rejects(read('SECRETWITHOUTKEY', 'secret'), (error) => {
      assert.ok(error instanceof AppError)
      assert.doesNotMatch(`${error.message}${error.hint}`, /SECRET/)
      return true
    })
  })

  it('refuses a missing file that was asked for', async () => {
    const path = join(folder, 'missing')
    await assert.rejects(
      readConfigFile(path, { required: true }),
      isFault(`open ${path}: no such file or directory`),
    )
  })

  it('takes a missing file that nobody asked for as an empty one', async () => {
    const { entries } = await readConfigFile(join(folder, 'missing'), { required: false })
    assert.equal(entries.size, 0)
  })

  it('tells the line that a key stands in, of a repeated one the last', async () => {
    const path = join(folder, 'lines')
    await writeFile(path, '# c\r\nak=x\r\n\r\nsk=y\r\nak=z')
    const { lines } = await readConfigFile(path, { required: true })
    assert.deepEqual(
      [...lines],
      [
        ...new Map([
          ['ak', 5],
          ['sk', 4],
        ]),
      ],
    )
  })

  for (const required of [true, false]) {
    it(`refuses a folder, required or not (${required})`, async () => {
      await assert.rejects(
        readConfigFile(folder, { required }),
        isFault(`open ${folder}: is a directory`),
      )
    })
  }

  it('refuses a path that goes through a file', async () => {
    await read('', 'file')
    await assert.rejects(
      readConfigFile(join(folder, 'file', 'config'), { required: false }),
      isFault(/^open .*: ENOTDIR/),
    )
  })
})

function isFault(message: string | RegExp): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof AppError)
    assert.equal(error.fault, 'initialise')
    if (typeof message === 'string') assert.equal(error.message, message)
    else assert.match(error.message, message)
    return true
  }
}
