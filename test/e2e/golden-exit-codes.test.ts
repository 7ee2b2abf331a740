/**
 * The exit codes of the official tool (5.1.13, as it was observed) and ours, command line by command
 * line. Where they differ the row says why; docs/compatibility.md has the same in words.
 */
import assert from 'node:assert/strict'
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { formatFailureList } from '../support/failure-list.ts'
import { assertTidy, makeBench, type Bench } from './support/bench.ts'

/** Official exit code, the words after `obsutil cp`, and ours where it is another, with the reason. */
type Row = readonly [official: number, words: string, ours?: number, why?: string]

/**
 * `ONE` is a task with one object; `MIXED` one with three, of which the store has two, and which the
 * list gives no sizes of; `EMPTY` a list without items. `DIR` is a folder with the files named below.
 */
const ROWS: readonly Row[] = [
  [0, '-recover=ONE -f'],
  [0, '-recover ONE -f'],
  [0, '--recover=ONE --f'],
  [0, '-f -recover=ONE -u -vlength -vmd5 -j=2 -p=2'],
  [0, '-recover=ONE -f -dryRun'],
  [0, '-recover=ONE -f -vlength'],
  [0, '-recover=ONE -f -vmd5'],
  [0, '-recover=EMPTY -f'],
  [8, '-recover=MIXED -f'],
  [8, '-recover=MIXED -f -dryRun'],
  [8, '-recover=MIXED -f -dryRun -u'],
  [8, '-recover=MIXED -f -u'],
  [8, '-recover=MIXED -f -vmd5'],

  // What -recover takes.
  [2, '-recover=nosuchtask -f'],
  [2, '-recover=PREFIX -f'],
  [8, '-recover=.* -f -dryRun', 2, 'an id is text, not a pattern (B18)'],
  [0, '-recover=[ -f', 2, 'no panic that ends in exit 0 (B17)'],
  [3, '-recover= -f'],
  [3, '-recover'],
  [0, '-recover=ONE -f -r'],
  [0, '-recover=ONE -f -r -flat -versionId=x'],
  [0, '-recover=ONE -f -acl=private -sc=warm -meta=a:b#c:d'],
  [0, '-recover=ONE -f -fr -link -at -disableDirObject -arcDir=DIR -msm=1'],

  // Positional words.
  [0, '-recover=ONE -f extra_arg'],
  [3, '-recover=ONE extra_arg -f -r', 0, "the manual's own example: flags after a word count"],
  [3, '-recover=ONE extra_arg other -f -r'],
  [0, '-recover=ONE -f obs://bucket-a/k DIR/x', 3, 'two places must not turn into a copy (B26)'],

  // Flags that are wrong.
  [3, '-recover=ONE -f -foo=1'],
  [3, '-recover=ONE -f=false -vlength=maybe'],
  [3, '-recover=ONE -f -e=http://127.0.0.1:9099 -i=AK2 -k=SK2 -t=TOK'],
  [3, '-recover=ONE -f -acl=foo'],
  [3, '-recover=ONE -f -sc=foo'],
  [3, '-recover=ONE -f -meta=a:b:c'],
  [0, '-recover=ONE -f -payer=requester'],
  [0, '-recover=ONE -f -payer=foo', 3, 'checked here (B26)'],
  [3, '-recover=ONE -f -clear', 0, 'of the newer manual (B33)'],

  // Numbers.
  ...['j', 'p'].flatMap((name): readonly Row[] => [
    [0, `-recover=ONE -f -${name}=-1`],
    [0, `-recover=ONE -f -${name}=0`],
    [0, `-recover=ONE -f -${name}=100000`],
    [3, `-recover=ONE -f -${name}=3.5`],
    [3, `-recover=ONE -f -${name}=abc`],
  ]),

  // Sizes.
  ...['-1', '0', '10B', '1MB', '1mb', '5242880', '5KB', '6TB', 'auto'].map((size): Row => [
    0,
    `-recover=ONE -f -ps=${size}`,
  ]),
  ...['1.5MB', '1GBB', 'abc'].map((size): Row => [3, `-recover=ONE -f -ps=${size}`]),
  ...['9223372036854775807', '9999999999GB'].map((size): Row => [
    0,
    `-recover=ONE -f -ps=${size}`,
    3,
    'no silent overflow (B32)',
  ]),
  ...['-5', '0', '100', '1KB', '1MB'].map((size): Row => [0, `-recover=ONE -f -threshold=${size}`]),
  ...['1k', 'abc', 'auto'].map((size): Row => [3, `-recover=ONE -f -threshold=${size}`]),

  // Filters: the official tool asks for every object first, so one that is gone fails in any case.
  [8, '-recover=MIXED -f -exclude=*ok*'],
  ...['-include=*ok*', '-include=*ok* -mf', '-include=*ok1*,*ok2*', '-include=zzz -mf'].map(
    (flags): Row => [8, `-recover=MIXED -f ${flags}`, 0, 'what is left out is not asked for'],
  ),
  [8, '-recover=MIXED -f -include=*ok1* -include=*ok2*', 0, 'what is left out is not asked for'],
  [0, '-recover=ONE -f -include=zzz'],
  [8, '-recover=MIXED -f -timeRange=20240101-20240301'],
  [8, '-recover=MIXED -f -timeRange=20250101000000-*'],
  ...['', '20240101-2024', '202401011-20250101', '*-*'].map((range): Row => [
    0,
    `-recover=ONE -f -timeRange=${range}`,
  ]),
  ...[
    'abc',
    '2024',
    '20240101',
    '2024-2025-2026',
    '20240101-20230101',
    '20240101120000-20240101110000',
    '20241301-20250101',
  ].map((range): Row => [3, `-recover=ONE -f -timeRange=${range}`]),
  [0, '-recover=ONE -f -timeRange=20240101000000000-20250101', 3, 'no panic, exit 0 (B17)'],

  // Files and folders.
  [0, '-recover=ONE -f -config DIR/good'],
  [8, '-recover=ONE -f -config=DIR/refused'],
  [5, '-recover=ONE -f -config=DIR/bad'],
  [5, '-recover=ONE -f -config=DIR/missing'],
  [3, '-recover=ONE -f -config=DIR/empty'],
  [3, '-recover=ONE -f -config=DIR', 5, 'a folder is no configuration'],
  [2, '-recover=ONE -f -o=DIR'],
  [2, '-recover=ONE -f -o=DIR/good'],
  [6, '-recover=ONE -f -o=DIR/missing', 2, 'no lists are no task, as the manual has it'],
  [3, '-recover=ONE -f -cpd=DIR/good'],
  [3, '-recover=ONE -f -tempFileDir=DIR/good'],
]

describe('exit codes, beside those of the official tool', { concurrency: 3 }, () => {
  for (const [official, words, ours = official, why] of ROWS) {
    const verdict =
      why === undefined ? `exits ${official}` : `exits ${ours}, not ${official}: ${why}`
    it(`\`cp ${words}\` ${verdict}`, async (t) => {
      const bench = await makeBench(t, { config: { maxRetryCount: 0 } })
      const places = await layOut(bench)

      const run = await bench.run(toWords(words, places, bench))

      assert.equal(run.code, ours, `${run.stdout}\n${run.stderr}`)
      assertTidy(run)
    })
  }

  it('says why wherever they differ, and only there', () => {
    for (const [official, words, ours, why] of ROWS) {
      assert.equal(ours !== undefined && ours !== official, why !== undefined, words)
    }
  })
})

/** What the words in capitals stand for. */
type Places = Readonly<Record<'ONE' | 'MIXED' | 'EMPTY' | 'PREFIX' | 'DIR', string>>

async function layOut(bench: Bench): Promise<Places> {
  const keys = ['p/ok1.txt', 'p/ok2.txt', 'p/gone.txt']
  const objects = keys.map((key) => ({ key, body: `body of ${key}` }))
  bench.put(...objects.slice(0, 2))
  const ONE = await bench.listObjects({ key: 'k', body: 'content' })
  const MIXED = await bench.writeFailureList({ items: objects.map(bench.unsizedItemOf) })
  const time = new Date('2024-01-02T03:04:05Z')
  const EMPTY = await bench.writeFailureList({
    text: formatFailureList({ items: [], time, by: 'cp' }),
  })
  const DIR = join(bench.root, 'dir')
  await mkdir(DIR)
  await layConfigs(bench, DIR)
  return { ONE, MIXED, EMPTY, PREFIX: ONE.slice(9), DIR }
}

/** Configuration files, good and bad, and at last the one of the home. */
async function layConfigs(bench: Bench, folder: string): Promise<void> {
  await writeFile(join(folder, 'bad'), 'ak=x\nno key at all\n')
  await writeFile(join(folder, 'empty'), '')
  const refused = { endpoint: 'http://127.0.0.1:9', maxRetryCount: 0 }
  await rename(await bench.writeConfig(refused), join(folder, 'refused'))
  const { endpoint } = bench.server
  await rename(await bench.writeConfig({ endpoint }), join(folder, 'good'))
  await bench.writeConfig({ endpoint, maxRetryCount: 0 })
}

/** The folders of the bench come before the words, so that theirs win. */
function toWords(words: string, places: Places, bench: Bench): readonly string[] {
  const folders = [`-o=${bench.out}`, `-cpd=${bench.cpd}`, `-tempFileDir=${bench.tmp}`]
  const asked = words
    .split(' ')
    .map((word) =>
      word.replace(/\b(?:ONE|MIXED|EMPTY|PREFIX|DIR)\b/, (name) =>
        isPlace(name, places) ? places[name] : name,
      ),
    )
  return ['cp', ...folders, ...asked]
}

function isPlace(name: string, places: Places): name is keyof Places {
  return Object.hasOwn(places, name)
}
