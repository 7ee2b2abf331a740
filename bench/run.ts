/**
 * Runs the benchmark and writes bench/RESULTS.md:
 *
 *     npm run bench                      all of it, some twenty-five minutes
 *     npm run bench -- downloads         only these: startup, downloads, resume, parts, pacing, lists
 *     OFFICIAL_OBSUTIL=<path> npm run bench    with the official tool beside the others
 */
import { execFileSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { cpus, release, totalmem } from 'node:os'
import { benchDownloads } from './downloads.ts'
import { benchLists } from './lists.ts'
import { benchPacing } from './pacing.ts'
import { benchPartSize } from './part-size.ts'
import { openStage, type Stage } from './stage.ts'
import { benchResume } from './resume.ts'
import { benchStartup } from './startup.ts'
import { formatTable, type Table } from './table.ts'

const rounds = 5

const SECTIONS: Readonly<Record<string, (stage: Stage) => AsyncIterable<Table>>> = {
  startup: (stage) => benchStartup(stage, rounds),
  downloads: (stage) => benchDownloads(stage, rounds),
  resume: (stage) => benchResume(stage, 3),
  parts: (stage) => benchPartSize(stage, 3),
  pacing: (stage) => benchPacing(stage, rounds),
  lists: benchLists,
}

const VERSIONS = [
  ['curl', '--version'],
  ['rclone', 'version'],
  ['aria2c', '--version'],
  ['/usr/bin/aws', '--version'],
  ['s3cmd', '--version'],
  ['nginx', '-v'],
] as const

const wanted = process.argv.slice(2)
const stage = await openStage()
const texts: string[] = []
try {
  for (const [name, bench] of Object.entries(SECTIONS)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue
    for await (const table of bench(stage)) {
      const text = formatTable(table)
      process.stdout.write(`${text}\n`)
      texts.push(text)
    }
  }
} finally {
  await stage.close()
}
if (wanted.length === 0) {
  const path = new URL('RESULTS.md', import.meta.url)
  await writeFile(path, [...opening(), ...texts].join('\n'))
}

function opening(): readonly string[] {
  const memory = (totalmem() / 1024 ** 3).toFixed(0)
  return [
    '# What `npm run bench` measured',
    '',
    `${new Date().toISOString().slice(0, 10)}, ${cpus().length} cores (${cpus()[0]?.model.trim()}), ${memory} GiB, Linux ${release()}, Node.js ${process.versions.node}.`,
    `${VERSIONS.flatMap(versionOf).join(', ')}.`,
    'Medians of 5 rounds; in a round each runs once, in an order that moves on from round to round, and',
    'the ratio is the median of those of the rounds. The server is nginx on the same machine, on the same',
    'cores. What is measured is the whole process, its start included.',
    '',
  ]
}

function versionOf([program, flag]: readonly [string, string]): readonly string[] {
  try {
    const text = execFileSync('sh', ['-c', `${program} ${flag} 2>&1`], { encoding: 'utf8' })
    return [text.split('\n')[0]?.split(' (')[0] ?? '']
  } catch {
    return []
  }
}
