interface BooleanFlag {
  readonly name: string
  readonly kind: 'boolean'
  readonly help: string
}

interface TextFlag {
  readonly name: string
  readonly kind: 'text'
  /** What stands for the value in the help: `-name=placeholder`. */
  readonly placeholder: string
  /** Whether a flag given several times adds up; of all others the last one wins. */
  readonly repeatable: boolean
  readonly help: string
}

/** One flag of a command. The help text is one sentence without its full stop. */
export type FlagSpec = BooleanFlag | TextFlag

/** Every flag of `obsutil cp`, in the order in which the help lists them. */
export const cpFlags: readonly FlagSpec[] = [
  text('recover', 'taskId', 'the id of the task whose failed objects are downloaded again'),
  toggle('dryRun', 'report what would be done, but download nothing and change no file'),
  text(
    'tempFileDir',
    'folder',
    'where unfinished downloads are kept; made if missing (configuration: defaultTempFileDir)',
  ),
  toggle('f', 'do not ask before each object'),
  toggle('r', 'accepted for the sake of older scripts; has no effect on a resumed task'),
  toggle('u', 'download only what is missing here, differs in size or is older than the object'),
  toggle('vlength', 'after each download, compare the size of the file with that of the object'),
  toggle(
    'vmd5',
    'after each download, compare the MD5 of the file with the md5chksum metadata of the object',
  ),
  text('j', 'number', 'how many objects are downloaded at a time (configuration: defaultJobs)'),
  text(
    'p',
    'number',
    'how many parts of one object are downloaded at a time (configuration: defaultParallels)',
  ),
  text(
    'threshold',
    'size',
    'objects of at least this size are downloaded in parts (configuration: defaultBigfileThreshold)',
  ),
  text(
    'ps',
    'size|auto',
    'the size of a part, such as 9437184 or 9MB (configuration: defaultPartSize)',
  ),
  pattern('include', 'download only objects whose whole key matches; may be repeated'),
  pattern('exclude', 'leave out objects whose whole key matches, included or not; may be repeated'),
  text(
    'timeRange',
    'time1-time2',
    'download only objects last modified in this span: UTC, yyyyMMddHHmmss or the start of it, or *',
  ),
  toggle('mf', 'let include, exclude and timeRange apply to folders, too'),
  text('o', 'folder', 'the folder of the result lists, both read and written'),
  text('cpd', 'folder', 'the folder of the part records that let a large download continue'),
  toggle('clear', 'delete the old failure lists once everything in them is accounted for'),
  text('config', 'file', 'the configuration file of this run'),
  text('payer', 'requester', 'agree to pay for requests to a requester-pays bucket'),
]

function toggle(name: string, help: string): BooleanFlag {
  return { name, kind: 'boolean', help }
}

function text(name: string, placeholder: string, help: string): TextFlag {
  return { name, kind: 'text', placeholder, repeatable: false, help }
}

function pattern(name: string, help: string): TextFlag {
  return { name, kind: 'text', placeholder: 'pattern', repeatable: true, help }
}
