import { cpFlags, type FlagSpec } from './flag-table.ts'

const overview = `obsutil resumes failed bulk downloads from Huawei OBS or any S3-compatible store.

Usage: obsutil <command> [flags]

Commands:
  cp -recover=<taskId>   download again what a task failed to download
  help [command]         this text, or that of a command
  version                the version of this tool

Run 'obsutil help cp' for the flags and for examples.
`

const cpHead = `Resumes the downloads that a task left over: reads its failure lists, downloads every object
in them to the path it was meant for, and writes new lists under a new task id.

Usage: obsutil cp -recover=<taskId> [flags]

A flag is written -name=value or -name value, with one dash or two; a flag without a value is off
unless it is given. Sizes are bytes, or whole numbers with B, KB, MB, GB or TB (1KB is 1024 bytes).

Flags:
`

const cpTail = `
Examples:
  obsutil cp -recover=a628d6da-c562-4a1f-b687-4fa125de0dc3 -f
      all that failed, without asking for each object
  obsutil cp -recover=a628d6da-c562-4a1f-b687-4fa125de0dc3 -f -include=*.jpg -j=20
      only the pictures, 20 at a time
  obsutil cp -recover=a628d6da-c562-4a1f-b687-4fa125de0dc3 -f -dryRun
      what would be done, without doing it

Exit codes: 0 all done, 2 no such task, 3 bad argument or no credentials, 5 bad configuration,
6 the run could not be carried out, 7 not a download task, 8 something failed (see the failure list),
9 interrupted, 255 a fault of this tool.
`

/** What `obsutil help` shows; lines are at most 100 columns wide. */
export function formatOverview(): string {
  return overview
}

/** What `obsutil help cp` shows. */
export function formatCpHelp(): string {
  return cpHead + cpFlags.map(formatFlag).join('') + cpTail
}

function formatFlag(flag: FlagSpec): string {
  const value = flag.kind === 'text' ? `=<${flag.placeholder}>` : ''
  return `  -${flag.name}${value}\n      ${flag.help}\n`
}
