/** What the help says of a flag: one sentence in each language, without its full stop. */
interface FlagTexts {
  readonly help: string
  readonly chineseHelp: string
}

interface BooleanFlag extends FlagTexts {
  readonly name: string
  readonly kind: 'boolean'
}

interface TextFlag extends FlagTexts {
  readonly name: string
  readonly kind: 'text'
  /** What stands for the value in the help: `-name=placeholder`. */
  readonly placeholder: string
  /** A value as it is typed in a shell, quotes and all. */
  readonly example: string
  /** Whether a flag given several times adds up; of all others the last one wins. */
  readonly repeatable: boolean
}

/** One flag of a command. */
export type FlagSpec = BooleanFlag | TextFlag

/** The flags of `obsutil cp` that a resumed download goes by. */
export const workingFlags: readonly FlagSpec[] = [
  text('recover=taskId', 'a628d6da-c562-4a1f-b687-4fa125de0dc3', {
    help: 'the id of the task whose failed objects are downloaded again, or last for the newest',
    chineseHelp: '要恢复的任务的 ID，重新下载该任务中失败的对象；last 表示最新的任务',
  }),
  toggle('dryRun', {
    help: 'end with a plan: what would be fetched and fail, and space; download and change nothing',
    chineseHelp: '只给出计划：将下载什么、哪些会失败、需要多少空间；不下载也不改动任何文件',
  }),
  text('tempFileDir=folder', '/data/tmp', {
    help: 'where unfinished downloads are kept; made if missing (configuration: defaultTempFileDir)',
    chineseHelp: '存放未完成下载的文件夹，不存在时自动创建（配置项：defaultTempFileDir）',
  }),
  toggle('f', {
    help: 'do not ask before each object',
    chineseHelp: '不再逐个对象询问是否下载',
  }),
  toggle('u', {
    help: 'download only what is missing here, differs in size or is older than the object',
    chineseHelp: '只下载本地不存在、大小不同或比对象旧的文件',
  }),
  toggle('vlength', {
    help: 'after each download, compare the size of the file with that of the object',
    chineseHelp: '每次下载后，比较文件与对象的大小',
  }),
  toggle('vmd5', {
    help: 'after each download, compare the MD5 of the file with the md5chksum metadata of the object',
    chineseHelp: '每次下载后，比较文件的 MD5 与对象元数据 md5chksum',
  }),
  text('j=number', '20', {
    help: 'how many objects are downloaded at a time (configuration: defaultJobs)',
    chineseHelp: '同时下载的对象个数（配置项：defaultJobs）',
  }),
  text('p=number', '10', {
    help: 'how many parts of one object are downloaded at a time (configuration: defaultParallels)',
    chineseHelp: '单个对象同时下载的分段个数（配置项：defaultParallels）',
  }),
  text('threshold=size', '100MB', {
    help: 'objects of at least this size go in parts (configuration: defaultBigfileThreshold)',
    chineseHelp: '不小于此大小的对象分段下载（配置项：defaultBigfileThreshold）',
  }),
  text('ps=size|auto', '9MB', {
    help: 'the size of a part, or auto to choose it by the object (configuration: defaultPartSize)',
    chineseHelp: '每个分段的大小，auto 表示按对象大小自动选择（配置项：defaultPartSize）',
  }),
  pattern('include', "'*.jpg'", {
    help: 'download only objects whose whole key matches; may be repeated',
    chineseHelp: '只下载完整对象名与模式匹配的对象，可以重复指定',
  }),
  pattern('exclude', "'*/tmp/*'", {
    help: 'leave out objects whose whole key matches, included or not; may be repeated',
    chineseHelp: '不下载完整对象名与模式匹配的对象，优先于 include，可以重复指定',
  }),
  text('timeRange=time1-time2', "'20240101-*'", {
    help: 'only objects last modified in this span: UTC, yyyyMMddHHmmss or the start of it, or *',
    chineseHelp:
      '只下载最后修改时间在此范围内的对象：UTC 时间，yyyyMMddHHmmss 或其开头几位，* 表示不限',
  }),
  toggle('mf', {
    help: 'let include, exclude and timeRange apply to folders, too',
    chineseHelp: '让 include、exclude 和 timeRange 对文件夹也起作用',
  }),
  text('o=folder', '/data/lists', {
    help: 'the folder of the result lists, both read and written',
    chineseHelp: '结果清单所在的文件夹，旧清单从中读取，新清单也写入其中',
  }),
  text('cpd=folder', '/data/records', {
    help: 'the folder of the part records that let a large download continue',
    chineseHelp: '分段记录所在的文件夹，大对象凭分段记录继续下载',
  }),
  toggle('clear', {
    help: 'delete the old failure lists once everything in them is accounted for',
    chineseHelp: '旧的失败清单中所有对象都有了结果之后，删除这些清单',
  }),
  text('config=file', '/etc/obsutil.conf', {
    help: 'the configuration file of this run',
    chineseHelp: '本次运行使用的配置文件',
  }),
  text('rounds=number', '3', {
    help: 'resume what failed again, so many times at most, while that helps (configuration: roundPause)',
    chineseHelp: '任务结束后再次恢复失败的对象，最多这么多次，无进展时停止（配置项：roundPause）',
  }),
  toggle('json', {
    help: 'print one JSON object a line on stdout and nothing else (docs/json.md); asks on stderr',
    chineseHelp: '标准输出只打印 JSON，每行一个对象（见 docs/json.md）；询问写到标准错误',
  }),
  toggle('quiet', {
    help: 'print nothing on stdout; warnings, failures and errors still go to stderr',
    chineseHelp: '标准输出不打印任何内容；警告、失败和错误仍写到标准错误',
  }),
  text('payer=requester', 'requester', {
    help: 'agree to pay for requests to a requester-pays bucket',
    chineseHelp: '同意为访问请求者付费桶的请求付费',
  }),
]

/**
 * Flags that the official `cp` takes beside `-recover`, and that change nothing in a download there
 * either: scripts that were written for it go on working.
 */
export const idleFlags: readonly FlagSpec[] = [
  toggle('r', {
    help: 'all objects below a prefix; a resumed task takes those in its lists',
    chineseHelp: '处理前缀下的所有对象；恢复任务只处理清单中的对象',
  }),
  toggle('flat', {
    help: 'leave out the folders of the source; objects go to the paths that their task recorded',
    chineseHelp: '去掉源路径中的文件夹；恢复任务按原任务记录的路径下载',
  }),
  text('versionId=id', 'xxx', {
    help: 'one version of one object; each object comes in the version that its task recorded',
    chineseHelp: '指定单个对象的版本；恢复任务按原任务记录的版本下载',
  }),
  toggle('fr', {
    help: 'write result lists for a single object, too; they are always written',
    chineseHelp: '强制生成结果清单；恢复任务总会生成',
  }),
  text('acl=acl', 'private', {
    help: 'the ACL of objects that are uploaded or copied; checked all the same',
    chineseHelp: '上传或复制的对象的访问权限；仍会检查取值',
  }),
  text('sc=class', 'standard', {
    help: 'the storage class of objects that are uploaded or copied; checked all the same',
    chineseHelp: '上传或复制的对象的存储类别；仍会检查取值',
  }),
  text('meta=name:value', 'aaa:bbb#ccc:ddd', {
    help: 'the metadata of objects that are uploaded or copied; checked all the same',
    chineseHelp: '上传或复制的对象的自定义元数据；仍会检查格式',
  }),
  toggle('crr', {
    help: 'copy to another region by way of this machine',
    chineseHelp: '通过本机跨区域复制对象',
  }),
  toggle('link', {
    help: 'upload what symbolic links lead to',
    chineseHelp: '上传符号链接指向的文件',
  }),
  toggle('at', {
    help: 'choose files to upload by the time of their last access',
    chineseHelp: '按最后访问时间选择要上传的文件',
  }),
  toggle('disableDirObject', {
    help: 'upload no objects that stand for folders',
    chineseHelp: '上传时不为文件夹创建对象',
  }),
  text('arcDir=folder', '/data/archive', {
    help: 'where files go to once they are uploaded',
    chineseHelp: '上传成功后文件归档到的文件夹',
  }),
  text('msm=number', '1', {
    help: 'upload several files, or those that a file names',
    chineseHelp: '上传多个文件，或文件列表中的文件',
  }),
]

/** Every flag of `obsutil cp`, in the order in which the help lists them. */
export const cpFlags: readonly FlagSpec[] = [...workingFlags, ...idleFlags]

/** Every flag of `obsutil config`, in the order in which the help lists them. */
export const configFlags: readonly FlagSpec[] = [
  toggle('interactive', {
    help: 'ask for ak, sk, endpoint and token in turn; an empty answer keeps what is there',
    chineseHelp: '依次询问 ak、sk、endpoint 和 token，直接回车表示保留原值',
  }),
  text('e=endpoint', 'https://obs.eu-west-101.example.com', {
    help: 'where the store is: [http://|https://]host[:port], https unless said otherwise',
    chineseHelp: '服务地址：[http://|https://]主机[:端口]，不写协议时使用 https',
  }),
  text('i=ak', '<ak>', {
    help: 'the access key id',
    chineseHelp: '访问密钥 ID（AK）',
  }),
  text('k=sk', '<sk>', {
    help: 'the secret access key',
    chineseHelp: '私有访问密钥（SK）',
  }),
  text('t=token', '<token>', {
    help: 'the security token of a temporary ak and sk; an empty one (-t=) removes the old one',
    chineseHelp: '临时 AK 和 SK 对应的安全令牌，留空（-t=）则删除原有的令牌',
  }),
  text('config=file', '/etc/obsutil.conf', {
    help: 'the file to write, made if missing (default: ~/.obsutilconfig)',
    chineseHelp: '要写入的配置文件，不存在时自动创建（默认为 ~/.obsutilconfig）',
  }),
]

/** A flag that is on or off. */
export function toggle(name: string, texts: FlagTexts): BooleanFlag {
  return { name, kind: 'boolean', ...texts }
}

/** A flag with a value. The first word is the flag as the help shows it, without its dash: `name=placeholder`. */
export function text(shown: string, example: string, texts: FlagTexts): TextFlag {
  const [name = '', placeholder = ''] = shown.split('=')
  return { name, kind: 'text', placeholder, example, repeatable: false, ...texts }
}

function pattern(name: string, example: string, texts: FlagTexts): TextFlag {
  return { name, kind: 'text', placeholder: 'pattern', example, repeatable: true, ...texts }
}
