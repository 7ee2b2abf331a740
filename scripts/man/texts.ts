/** What the man page says beside the texts of the help, in plain text. */

export const DESCRIPTION: readonly string[] = [
  `A bulk download that ended with failures left lists of them. This tool reads these lists, those of the
official Huawei OBS tool or its own, fetches what is missing from OBS or any S3-compatible store, and writes new
lists under a new task id, so that what failed again can be resumed again.`,
  `Small objects take one request each. Large ones come in parts, of which a record is kept: what a killed run has
fetched is not fetched again. A destination holds the whole object or what it held before, never a part of it
and never bytes of two versions. Checksums that the store sends are compared without being asked.`,
]

export const FLAGS: readonly string[] = [
  `A flag is written -name=value or -name value, with one dash or two. A flag without a value is off unless it
is given; -f=false turns it off again. Of a flag that is given twice the last one counts, but -include and
-exclude add up.`,
  `A size is a number of bytes, or a whole number with B, KB, MB, GB or TB (1KB is 1024 bytes).`,
]

export const CONFIGURATION: readonly string[] = [
  `The file ~/.obsutilconfig, or that of -config, has lines of key=value. A # at the start of a line makes it a
comment. A value is exactly what stands behind the first =, without quotes or escapes. A key that is absent or
empty has its default. obsutil config writes endpoint and keys and leaves all else as it is. Keys that only
uploads and copies look at are accepted without effect; of an unknown key there is a warning.`,
  'The keys that have an effect, with their defaults:',
]

/** Paths and what is there. */
export const FILES: readonly (readonly [path: string, what: string])[] = [
  ['~/.obsutilconfig', 'the configuration (-config)'],
  [
    '~/.obsutil_output/.obsutil_run_<taskId>.json',
    'which task a run resumed, and how it ended; see tasks',
  ],
  [
    '~/.obsutil_output/cp_<kind>_report_<time>_<taskId>.txt',
    'the result lists (-o), of the kinds succeed, failed and warning; long ones go on in .txt.1 and so on',
  ],
  ['~/.obsutil_checkpoint/down', 'the part records and locks of large downloads (-cpd)'],
  [
    '~/.obsutil_tempfile',
    'unfinished downloads (-tempFileDir), unless they lie beside their destinations, where their names begin with a dot and end in .obs.temp',
  ],
  ['~/.obsutil_log/obsutil.log', 'the end of each item, and each retry (utilLogPath)'],
  ['~/.obsutil_log/obssdk.log', 'what the store was asked and what it answered (sdkLogPath)'],
]

/** Variables and what they are for. */
export const ENVIRONMENT: readonly (readonly [names: string, what: string])[] = [
  ['OBS_ENDPOINT', 'where the store is, if the configuration does not say so'],
  [
    'OBS_ACCESS_KEY_ID, OBS_SECRET_ACCESS_KEY, OBS_SECURITY_TOKEN',
    'keys, and the token of temporary ones, for what the configuration leaves empty',
  ],
  [
    'OBS_ECS_METADATA_ENDPOINT',
    'another address of the metadata service that is asked with autoChooseSecurityProvider=true, for tests',
  ],
  [
    'HTTPS_PROXY, HTTP_PROXY, NO_PROXY',
    'the proxy where proxyUrl names none, and the hosts that are reached without one; in lower case, too',
  ],
  ['HOME', 'the folder of the files above'],
  ['TERM', 'dumb stands for a terminal without a progress bar'],
]

/** The exit codes of `cp`; those of other commands are among them. */
export const EXIT_STATUS: readonly (readonly [code: number, when: string])[] = [
  [0, 'all is downloaded, or was there already'],
  [2, 'there is no such task, or no such folder of lists'],
  [3, 'a flag or argument is wrong, or there are no credentials'],
  [5, 'the configuration file is bad, or a folder cannot be made'],
  [6, 'the run as a whole could not be carried out: a list cannot be read or written'],
  [7, 'the task is not a download'],
  [8, 'at least one item failed, or a line of the list could not be read'],
  [9, 'interrupted (SIGINT, SIGTERM, SIGHUP); the rest is in the new failure list'],
  [255, 'a fault of this tool'],
]

export const SEE_ALSO = `obsutil help says this in short, in English or Chinese, and obsutil help -timeRange all
about one flag. README.md takes you through the first recovery.`
