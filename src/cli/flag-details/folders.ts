import type { FlagDetails } from './details.ts'

/** Flags of `cp` about folders and files of this tool. */
export const folderDetails: Readonly<Record<string, FlagDetails>> = {
  tempFileDir: {
    about: {
      English: `Objects that come in parts lie here until they are whole. Where neither flag nor configuration
names a folder, it is ~/.obsutil_tempfile, or beside the destination if that is on another disk. On
the disk of the destinations the finished file is only renamed, elsewhere it is copied.`,
      Chinese: `分段下载的对象在完成之前存放于此。参数和配置都没有指定时，使用 ~/.obsutil_tempfile；
如果目标路径在另一个磁盘上，则放在目标文件旁边。与目标路径在同一磁盘上时，
完成后只需改名，否则需要复制。`,
    },
    examples: [
      {
        words: '-tempFileDir=/data/tmp',
        English: 'on the disk that has room',
        Chinese: '使用空间充足的磁盘',
      },
    ],
  },
  cpd: {
    about: {
      English: `The records are in its subfolder down (default: ~/.obsutil_checkpoint). Name the same folder when
you resume, for the parts that are there already are known by these records only.`,
      Chinese: `分段记录在其子文件夹 down 中（默认为 ~/.obsutil_checkpoint）。恢复时请指定同一个文件夹，
已下载的分段只能凭这些记录识别。`,
    },
    examples: [
      {
        words: '-cpd=/data/cpd -tempFileDir=/data/tmp',
        English: 'all that a large download needs on one disk',
        Chinese: '大对象下载所需的文件都放在同一磁盘',
      },
    ],
  },
  o: {
    about: {
      English: `The failure lists of the task are looked for here, and the lists of this run are written here
(default: ~/.obsutil_output).`,
      Chinese: `从此文件夹读取任务的失败清单，本次运行的清单也写入其中（默认为 ~/.obsutil_output）。`,
    },
    examples: [
      {
        words: '-o=~/lists',
        English: 'a folder below the home, unless there is a folder ~/lists right here',
        Chinese: '主目录下的文件夹（除非当前目录下就有 ~/lists）',
      },
    ],
  },
  clear: {
    about: {
      English: `An old list goes only when each of its objects succeeded, was current (-u), or stands in the new
failure list. Objects that a filter or an answer left out keep it.`,
      Chinese: `只有当旧清单中的每个对象都已成功、已是最新（-u）或已写入新的失败清单时才会删除。
若有对象被过滤条件或回答排除，则保留旧清单。`,
    },
    examples: [
      {
        words: '-clear',
        English: 'leaves only the list of what failed again',
        Chinese: '只留下再次失败的清单',
      },
    ],
  },
  config: {
    about: {
      English: 'It must be there. Without the flag it is ~/.obsutilconfig, where that exists.',
      Chinese: '文件必须存在。不使用此参数时读取 ~/.obsutilconfig（如果存在）。',
    },
    examples: [
      {
        words: '-config=/etc/obsutil.conf',
        English: 'in cron, where there may be no home',
        Chinese: '用于 cron，那里可能没有主目录',
      },
      {
        words: 'obsutil cp -config=/etc/obsutil.conf -h',
        English: 'the help in the language of that file',
        Chinese: '以该文件指定的语言显示帮助',
      },
    ],
  },
}

/** Flags of `config`. */
export const configDetails: Readonly<Record<string, FlagDetails>> = {
  interactive: {
    about: {
      English: `Neither sk nor token is shown, and nothing stays in the history of the shell. Answers may be piped
in, one a line: ak, sk, endpoint, token.`,
      Chinese: `输入 sk 和 token 时不显示，也不会留在命令行历史记录中。也可以通过管道输入，
每行一项，依次为 ak、sk、endpoint、token。`,
    },
    examples: [
      { words: '-interactive', English: 'asks for all four', Chinese: '询问全部四项' },
      {
        words: '-interactive -config=/etc/obsutil.conf <answers.txt',
        English: 'takes the answers from a file, one a line',
        Chinese: '从文件读取回答，每行一项',
      },
    ],
  },
  i: {
    about: { English: '', Chinese: '' },
    examples: [
      {
        words: '-i="$AK" -k="$SK"',
        English: 'other keys, which two variables hold',
        Chinese: '更换密钥，取值来自两个变量',
      },
    ],
  },
  k: {
    about: { English: '', Chinese: '' },
    examples: [
      {
        words: '-k="$SK"',
        English: 'another secret key for the same access key id',
        Chinese: '只更换私有访问密钥，访问密钥 ID 不变',
      },
    ],
  },
  config: {
    about: { English: '', Chinese: '' },
    examples: [
      {
        words: '-interactive -config=/etc/obsutil.conf',
        English: 'a file of its own, for cp -config=/etc/obsutil.conf',
        Chinese: '写入单独的文件，供 cp -config=/etc/obsutil.conf 使用',
      },
    ],
  },
  t: {
    about: { English: '', Chinese: '' },
    examples: [
      {
        words: '-i="$AK" -k="$SK" -t="$TOKEN"',
        English: 'temporary keys',
        Chinese: '临时密钥',
      },
      {
        words: '-i="$AK" -k="$SK" -t=',
        English: 'lasting keys again, without the token of the earlier ones',
        Chinese: '换回长期密钥，并删除原有的令牌',
      },
    ],
  },
}
