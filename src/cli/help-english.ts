import type { FlagGroup } from './flag-groups.ts'

/** What `obsutil help` says in one language; every text ends in a newline. */
export interface HelpTexts {
  readonly overview: string
  readonly help: string
  readonly version: string
  /** Commands with flags: what stands before and after the list of them. */
  readonly cp: {
    readonly head: string
    /** Stands before the flags of each group. */
    readonly groups: Readonly<Record<FlagGroup, string>>
    /** Stands before the flags that have no effect. */
    readonly idle: string
    readonly tail: string
  }
  readonly tasks: { readonly head: string; readonly tail: string }
  readonly ls: { readonly head: string; readonly tail: string }
  readonly config: { readonly head: string; readonly tail: string }
  readonly completion: { readonly head: string; readonly tail: string }
  /** Stands before a flag's example. */
  readonly example: string
  /** Stands above whole examples. */
  readonly examples: string
}

/** The help in English; lines are at most 100 columns wide. */
export const english: HelpTexts = {
  overview: `obsutil resumes failed bulk downloads from Huawei OBS or any S3-compatible store.

Usage: obsutil <command> [flags]

Commands:
  cp -recover=<taskId>   download again what a task failed to download
  tasks [taskId]         which tasks can be resumed; of one, what failed and why
  ls -failed             the failure lists of tasks, the newest first
  config                 write endpoint and keys into the configuration file
  completion <shell>     what bash, zsh or fish needs to complete commands, flags and task ids
  help [command|-flag]   this text, or that of a command, or of one flag
  version                the version of this tool

Run 'obsutil help cp' for the flags and for examples.
helpLanguage=Chinese in the configuration file shows the help in Chinese.
`,

  help: `Shows what a command does and which flags it takes, or explains one flag at length.

Usage: obsutil help [command] [-flag]

Examples:
  obsutil help cp
      all about cp; 'obsutil cp -h' shows the same
  obsutil help -timeRange
      this flag alone, with examples
  obsutil help cp -config
      a flag that several commands have, for one of them

The language is that of helpLanguage (English or Chinese) in ~/.obsutilconfig, or in the file that
-config names: obsutil cp -config=<file> -h
`,

  version: `Shows the version of this tool and of Node.js.

Usage: obsutil version
`,

  cp: {
    head: `Resumes the downloads that a task left over: reads its failure lists, downloads every object
in them to the path it was meant for, and writes new lists under a new task id.

Usage: obsutil cp -recover=<taskId>|last [flags]

-recover=last is the newest task in -o that is a download and has failures which no later run took
over; 'obsutil tasks' shows them all.

A flag is written -name=value or -name value, with one dash or two; a flag without a value is off
unless it is given. Sizes are bytes, or whole numbers with B, KB, MB, GB or TB (1KB is 1024 bytes).
'obsutil help -timeRange' explains one flag at length, with more examples.

`,
    groups: {
      what: 'What to download:\n',
      how: 'How it is downloaded:\n',
      checks: 'Checks after each download:\n',
      where: 'Where unfinished downloads are:\n',
      lists: 'Lists and settings:\n',
    },
    idle: `
Flags of other tasks, accepted so that older scripts run; here they have no effect:
`,
    tail: `
Examples:
  obsutil cp -recover=a628d6da-c562-4a1f-b687-4fa125de0dc3 -f
      all that failed, without asking for each object
  obsutil cp -recover=last -f
      the same of the newest task that is not resumed yet
  obsutil cp -recover=a628d6da-c562-4a1f-b687-4fa125de0dc3 -f -include='*.jpg' -j=20
      only the pictures, 20 at a time
  obsutil cp -recover=a628d6da-c562-4a1f-b687-4fa125de0dc3 -f -dryRun
      what would be fetched, replaced and fail, and whether the disks have room, without doing it

Exit codes: 0 all done, 2 no such task, 3 bad argument or no credentials, 5 bad configuration,
6 the run could not be carried out, 7 not a download task, 8 something failed (the failure list
says what), 9 interrupted, 255 a fault of this tool.
`,
  },

  tasks: {
    head: `Shows the tasks that left failure lists, the newest first: how many items failed, how large they
are, the most frequent cause, and what a later run left of them. Of one task, which is named by its
id or by 4 or more characters that only its id begins with, it shows every cause with an example and
what is likely to help, what is there already of large objects, the runs that it belongs to, and the
command to go on. Nothing is changed, and the store is not asked.

Usage: obsutil tasks [-o=<folder>] [-limit=<number>] [-json] [-config=<file>]
       obsutil tasks <taskId> [-o=<folder>] [-cpd=<folder>] [-json] [-config=<file>]

Lists round sizes: a sum of rounded ones begins with ≈, one that lacks some sizes with ≥.

Flags:
`,
    tail: `
Examples:
  obsutil tasks
      the newest 20 tasks in ~/.obsutil_output
  obsutil tasks a628
      all that is known of the task whose id begins with a628
  obsutil tasks -o=/data/lists -limit=0 -json
      every task there, for a script

Exit codes: 0 shown, 2 no such task or no such folder, 3 bad argument, 5 bad configuration,
6 a list or the folder cannot be read.
`,
  },

  ls: {
    head: `Lists the failure lists of tasks, the one that was written last first: file name, time of the last
change (UTC) and task id. 'obsutil tasks' says what is in them.

Usage: obsutil ls -failed [-limit=<number>] [-o=<folder>] [-json]

Flags:
`,
    tail: `
Examples:
  obsutil ls -failed
      the newest 1000 in ~/.obsutil_output
  obsutil ls -failed -limit=5 -o=/data/lists
      the newest five of another folder

Exit codes: 0 shown, 2 no such folder, 3 bad argument, 6 the folder cannot be read.
`,
  },

  config: {
    head: `Writes endpoint, keys and token into the configuration file and leaves everything else in it as it
is. The file gets mode 0600; one that does not exist is made.

Usage: obsutil config -interactive [-config=<file>]
       obsutil config [-e=<endpoint>] [-i=<ak>] [-k=<sk>] [-t=<token>] [-config=<file>]

What is given as a flag stays in the history of the shell and can be seen in the list of processes;
with -interactive it does not, and sk and token are not shown while they are typed.

Flags:
`,
    tail: `
Examples:
  obsutil config -interactive
      asks for everything; answers may be piped in, one a line: ak, sk, endpoint, token
  obsutil config -e=https://obs.eu-west-101.example.com
      another endpoint, with the same keys
  obsutil config -i="$AK" -k="$SK" -t="$TOKEN" -config=/etc/obsutil.conf
      temporary keys, into a file of their own

Exit codes: 0 written, 3 bad argument or missing answers, 5 the file cannot be read or written,
9 interrupted. Nothing is written unless the exit code is 0.
`,
  },

  completion: {
    head: `Prints what a shell needs to complete a line of obsutil when Tab is pressed: commands, flags,
folders, files, and the ids of the tasks that have failure lists in the folder of -o.

Usage: obsutil completion <bash|zsh|fish>
`,
    tail: `
Examples:
  eval "$(obsutil completion bash)"
      in ~/.bashrc; for bash 3.2 or later, with or without the package bash-completion
  source <(obsutil completion zsh)
      in ~/.zshrc, below compinit
  obsutil completion fish >~/.config/fish/completions/obsutil.fish
      once, and again after an update

Exit codes: 0 printed, 3 there is no completion for that shell.
`,
  },

  example: 'example: ',
  examples: 'Examples:',
}
