/** The man page that the build makes: what is in it, and how it is shown. */
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { fileURLToPath } from 'node:url'
import { escapeRoff, paragraph, tagged, typed, verbatim } from '../../scripts/man/roff.ts'
import { EXIT_STATUS } from '../../scripts/man/texts.ts'
import { formatManPage } from '../../scripts/man/page.ts'
import { commandFlags, commandNames } from '../../src/cli/command-table.ts'
import { commandWords } from '../../src/cli/help-request.ts'
import { KEYS } from '../../src/core/config-keys.ts'
import { needs } from './support/shell-line.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const PAGE = readFileSync(join(ROOT, 'dist/obsutil.1'), 'utf8')
/** As it is read: without macros and escapes. */
const TEXT = PAGE.replaceAll(/\\f[BIR]/g, '')
  .replaceAll('\\-', '-')
  .replaceAll('\\(ti', '~')
  .replaceAll('\\(aq', "'")

function readRoot(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8')
}

test('the package has the page where npm looks for it', () => {
  const manifest: unknown = JSON.parse(readRoot('package.json'))
  assert.ok(typeof manifest === 'object' && manifest !== null)
  assert.ok('man' in manifest && 'files' in manifest && Array.isArray(manifest.files))
  // npm passes over a single string.
  assert.deepEqual(manifest.man, ['./dist/obsutil.1'])
  assert.ok(manifest.files.includes('dist'))
})

test('the page has the sections that a reader looks for, in their order', () => {
  const sections = [...PAGE.matchAll(/^\.SH (.+)$/gm)].map(([, title]) => title)
  const expected =
    'NAME,SYNOPSIS,DESCRIPTION,COMMANDS,FLAGS,CONFIGURATION,FILES,ENVIRONMENT,EXIT STATUS,EXAMPLES,SEE ALSO'
  assert.deepEqual(sections, expected.split(','))
})

test('the page names every command, every flag with its sentence, and every key that has an effect', () => {
  for (const word of commandWords) {
    assert.match(TEXT, new RegExp(`^\\.HP 8\nobsutil ${word}\\b`, 'm'))
    assert.match(TEXT, new RegExp(`^\\.SS "${word}: \\S`, 'm'))
  }
  for (const { name, kind, help } of commandNames.flatMap((command) => commandFlags[command])) {
    const sentence = help.charAt(0).toUpperCase() + help.slice(1)
    const tag = `.TP\n-${name}${kind === 'text' ? '=' : '\n'}`
    assert.ok(TEXT.includes(tag), tag)
    assert.ok(TEXT.replaceAll('\n', ' ').includes(`${sentence}.`), sentence)
  }
  for (const key of Object.keys(KEYS)) assert.match(TEXT, new RegExp(`^\\.TP\n${key}(=|$)`, 'm'))
})

test('the exit codes of the page are those of the README, word for word', () => {
  const rows = [...readRoot('README.md').matchAll(/^\| (\d+) +\| (.+?) +\|$/gm)]
  assert.ok(rows.length > 5)
  assert.deepEqual(
    EXIT_STATUS.map(([code, when]) => [String(code), when]),
    rows.map(([, code, when]) => [code, when]),
  )
})

test('the page names every variable of the environment that the source looks at', () => {
  const sources = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
  const text = sources
    .filter((path) => path.endsWith('.ts') && !path.includes('help-'))
    .map((path) => readRoot(join('src', path)))
    .join('\n')
  const names = [...text.matchAll(/['"](OBS_[A-Z_]+|[A-Z]+_PROXY|NO_COLOR|TERM|HOME)['"]/g)]
  const missing = names.map(([, name = '']) => name).filter((name) => !TEXT.includes(name))
  assert.ok(names.length > 5)
  assert.deepEqual(missing, [])
})

test('each line of the page is text or a known macro, and no character of it is taken for another', () => {
  const macros = new Set('TH SH SS PP IP TP HP RS RE BR nf fi nh ad \\"'.split(' '))
  for (const line of PAGE.split('\n')) {
    assert.match(line, /^[ -~]*$/)
    const [, macro] = /^\.(\S+)/.exec(line) ?? []
    if (macro !== undefined) assert.ok(macros.has(macro), line)
    if (macro === 'TH' || macro === '\\"') continue
    assert.doesNotMatch(line, /(?<!\\)-|^'|['`~^]/, line)
    assert.match(
      line.replaceAll(/\\(?:-|e|&|f[BIR]|\[u[\dA-F]{4,}\]|\((?:aq|ga|ha|ti|dq))/g, ''),
      /^[^\\]*$/,
    )
  }
})

test('of a key of the configuration that the example does not explain no page is made', () => {
  const exampleConfig = readRoot('.obsutilconfig.example').replace('\nsocketTimeout=', '\nother=')
  assert.throws(
    () => formatManPage({ version: '1', exampleConfig }),
    /does not explain \[socketTimeout\]/,
  )
})

test('groff shows the page without a complaint, in 80 columns', needs('groff'), () => {
  const args = ['-ww', '-man', '-Tutf8', '-P-cbou', '-rLL=80n', join(ROOT, 'dist/obsutil.1')]
  const { stdout: shown, stderr } = spawnSync('groff', args, { encoding: 'utf8' })
  assert.equal(stderr, '')
  assert.deepEqual(
    shown.split('\n').filter((line) => line.length > 80),
    [],
  )
  assert.match(shown, /^ {7}-timeRange=time1-time2$/m)
  assert.match(shown, /^ {14}-timeRange="\$\(date -u \+%Y%m%d\)-\*"$/m)
  assert.match(shown, /\\\* and \\\? are these/)
})

test('mandoc finds nothing worse than a style', { skip: hasMandoc() }, () => {
  const path = join(ROOT, 'dist/obsutil.1')
  // The page has no date, so that two builds of one source are the same.
  const said = execFileSync('sh', ['-c', 'mandoc -Tlint -Wwarning "$0" 2>&1 || true', path], {
    encoding: 'utf8',
  })
  assert.deepEqual(
    said.split('\n').filter((line) => line !== '' && !line.includes('missing date')),
    [],
  )
})

const AWKWARD = [
  '.TH is no request here',
  "'br nor is this",
  'a\\fBb\\n(.x \\* \\?',
  '-flag --other=`x` ^ ~ "quoted" \'single\'',
  '... and so on',
]

test('roff gives back the text that was escaped', needs('groff'), () => {
  const shown = execFileSync('groff', ['-man', '-Tascii', '-P-cbou', '-rLL=80n'], {
    input: `.TH A 1\n.SH B\n${AWKWARD.map((text) => paragraph(text) + verbatim([escapeRoff(text)]) + tagged(typed(text), text)).join('')}`,
    encoding: 'utf8',
  })
  const lines = shown.split('\n').map((line) => line.trim())
  for (const text of AWKWARD) {
    assert.equal(lines.filter((line) => line === text).length >= 3, true, `${text}\n${shown}`)
  }
})

test('what is not ASCII is shown where the terminal can', needs('groff'), () => {
  assert.equal(escapeRoff('Task id: …'), 'Task id: ...')
  const shown = execFileSync('groff', ['-ww', '-man', '-Tutf8', '-P-cbou'], {
    input: `.TH A 1\n.SH B\n${paragraph('a sum ≈ 5, another ≥ 6, naïve')}`,
    encoding: 'utf8',
  })
  assert.match(shown, /a sum ≈ 5, another ≥ 6, naïve/)
})

/** It knows no `--version`. */
function hasMandoc(): string | false {
  try {
    execFileSync('sh', ['-c', 'command -v mandoc'])
    return false
  } catch {
    return 'there is no mandoc here'
  }
}
