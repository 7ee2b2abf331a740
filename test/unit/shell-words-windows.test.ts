/** The command that is printed on Windows, read as programs of Windows read their command line. */
import assert from 'node:assert/strict'
import { win32 } from 'node:path'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { formatResume } from '../../src/cli/shell-words.ts'

const ID = '1aa93d04-46fb-4883-890e-90c28591dccf'
const surroundings = {
  resolvePath: (path: string) => win32.resolve('d:\\work', path),
  system: 'win32',
} as const

describe('formatResume() on Windows', () => {
  for (const [flags, expected] of [
    [{ j: '20', f: 'true' }, '-j=20 -f'],
    [{ o: 'd:\\' }, '"-o=d:\\\\"'],
    [{ o: 'my lists' }, '"-o=d:\\work\\my lists"'],
    [{ cpd: '\\\\server\\share\\cpd' }, '"-cpd=\\\\server\\share\\cpd"'],
    [{ include: ['*.jpg'] }, '"-include=*.jpg"'],
    [{ include: ['a"b\\'] }, '"-include=a\\"b\\\\"'],
    [{ exclude: ["it's"] }, '"-exclude=it\'s"'],
  ] as const) {
    it(`writes ${expected}`, () => {
      const command = formatResume(ID, { flags }, surroundings)
      assert.equal(command, `obsutil cp -recover=${ID} ${expected}`)
    })
  }
  it('means the same to a program, whatever the values are', () => {
    const value = fc.string({ unit: fc.constantFrom('a', ' ', '"', '\\', '/', "'", '*', '\u00E9') })
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 5 }), (include) => {
        const command = formatResume(ID, { flags: { include } }, surroundings)
        assert.deepEqual(
          readCommandLine(command).slice(3),
          include.map((one) => `-include=${one}`),
        )
      }),
    )
  })
})

/** As the C run-time library of Microsoft splits a command line. */
function readCommandLine(line: string): readonly string[] {
  const words = ['']
  let isQuoted = false
  const add = (text: string) => words.push(`${words.pop() ?? ''}${text}`)
  for (const [token, backslashes = ''] of line.matchAll(/(\\*)"|\\+|[^\\"]/g)) {
    if (token.endsWith('"')) {
      add('\\'.repeat(backslashes.length / 2))
      if (backslashes.length % 2 === 1) add('"')
      else isQuoted = !isQuoted
    } else if (token === ' ' && !isQuoted) words.push('')
    else add(token)
  }
  return words
}
