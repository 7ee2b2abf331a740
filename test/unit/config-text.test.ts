import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { readConfigFile } from '../../src/adapters/config-file.ts'
import { editConfigText, NEW_CONFIG_TEXT } from '../../src/core/config-text.ts'
import { makeTempFolder } from '../support/temp-folder.ts'

const CASES: readonly (readonly [
  name: string,
  text: string,
  changes: Readonly<Record<string, string>>,
  expected: string,
])[] = [
  ['sets a key in its line', 'ak=old\nsk=s\n', { ak: 'new' }, 'ak=new\nsk=s\n'],
  [
    'keeps comments, order, blank lines and unknown keys',
    '# one\n\nz=1\n; two\nak=old\n \t\n#ak=no\n',
    { ak: 'new' },
    '# one\n\nz=1\n; two\nak=new\n \t\n#ak=no\n',
  ],
  [
    'keeps the blanks before a value',
    ' ak\t=  old one \nsk = \n',
    { ak: 'n', sk: 's' },
    ' ak\t=  n\nsk = s\n',
  ],
  ['appends what is missing', 'ak=a\n', { sk: 's', token: '' }, 'ak=a\nsk=s\ntoken=\n'],
  ['ends a last line before it appends', 'ak=a', { sk: 's' }, 'ak=a\nsk=s\n'],
  ['does not end a last line for nothing', 'sk=s\nak=a', { ak: 'b' }, 'sk=s\nak=b'],
  ['appends to a text without a line', '', { sk: 's' }, 'sk=s\n'],
  ['keeps CRLF', 'ak=a\r\n\r\n', { ak: 'b', sk: 's' }, 'ak=b\r\n\r\nsk=s\r\n'],
  ['keeps CR alone', 'ak=a\rx=1\r', { ak: 'b', sk: 's' }, 'ak=b\rx=1\rsk=s\r'],
  ['keeps a byte order mark', '\uFEFFak=a\n', { ak: 'b' }, '\uFEFFak=b\n'],
  ['sets each line of a repeated key', 'ak=1\nx=y\nak=2\n', { ak: '3' }, 'ak=3\nx=y\nak=3\n'],
  [
    'knows a key from one that begins alike',
    'akCrr=1\nxak=2\n',
    { ak: '3' },
    'akCrr=1\nxak=2\nak=3\n',
  ],
  ['does not take a value for a key', 'x=ak=1\n', { ak: '3' }, 'x=ak=1\nak=3\n'],
  ['writes a value as it stands', 'sk=a\n', { sk: '$1$&=#;"\\' }, 'sk=$1$&=#;"\\\n'],
  ['changes nothing where nothing is given', '# c\nak=a', {}, '# c\nak=a'],
]

describe('`editConfigText()`', () => {
  for (const [name, text, changes, expected] of CASES) {
    it(name, () => {
      assert.equal(editConfigText(text, new Map(Object.entries(changes))), expected)
    })
  }

  it('writes any value so that it is read back exactly, and all other keys as before', async (t) => {
    const path = join(await makeTempFolder(t), 'config')
    const awkward = fc.constantFrom(...Array.from(`=;#"'\\[]{},$&\` \t\u00A0\u2028\0é漢😀`))
    const value = fc
      .oneof(fc.string({ unit: 'binary' }), fc.string({ unit: awkward }))
      .map((text) => text.replace(/[\r\n]/g, '').trim())
    const changes = fc.dictionary(fc.constantFrom('endpoint', 'ak', 'sk', 'token'), value)
    const line = fc.oneof(
      fc.tuple(fc.constantFrom('ak', ' sk ', '\ttoken', 'x', 'akk'), value).map((p) => p.join('=')),
      fc.constantFrom('', '  ', '# ak=1', ';sk=2', '#'),
    )
    const text = fc
      .tuple(fc.array(line), fc.constantFrom('\n', '\r\n', '\r'), fc.constantFrom('', '\uFEFF'))
      .map(([lines, end, mark]) => mark + lines.join(end))

    await fc.assert(
      fc.asyncProperty(text, changes, async (before, given) => {
        await writeFile(path, before)
        const expected = new Map((await readConfigFile(path, { required: true })).entries)
        for (const [key, one] of Object.entries(given)) expected.set(key, one)

        await writeFile(path, editConfigText(before, new Map(Object.entries(given))))

        assert.deepEqual((await readConfigFile(path, { required: true })).entries, expected)
      }),
      { numRuns: 300 },
    )
  })

  it('makes a new text that is readable and sets the essential keys', async (t) => {
    const path = join(await makeTempFolder(t), 'config')
    const text = editConfigText(NEW_CONFIG_TEXT, new Map([['ak', 'AK']]))
    await writeFile(path, text)

    const { entries } = await readConfigFile(path, { required: true })

    assert.deepEqual(
      [...entries],
      [
        ['endpoint', ''],
        ['ak', 'AK'],
        ['sk', ''],
        ['token', ''],
        ['helpLanguage', 'English'],
      ],
    )
  })
})
