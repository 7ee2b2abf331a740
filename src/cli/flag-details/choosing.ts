import type { FlagDetails } from './details.ts'

/** Flags of `cp` that choose the objects. */
export const choosingDetails: Readonly<Record<string, FlagDetails>> = {
  recover: {
    about: {
      English: `A run ends with the line 'Task id: …'; the id also stands in the name of its failure list,
cp_failed_report_<time>_<taskId>.txt, in the folder of -o. What fails again is in the lists of the
new task id, which the run shows at its start and at its end.`,
      Chinese: `任务结束时会显示“Task id: …”一行；任务 ID 也是失败清单文件名的一部分：-o 文件夹中的
cp_failed_report_<time>_<taskId>.txt。再次失败的对象写入新任务 ID 的清单，
新的任务 ID 在运行开始和结束时都会显示。`,
    },
    examples: [
      {
        words: 'obsutil cp -recover=a628d6da-c562-4a1f-b687-4fa125de0dc3',
        English: 'asks before each object',
        Chinese: '下载每个对象前都询问',
      },
      {
        words: 'obsutil cp -recover=a628d6da-c562-4a1f-b687-4fa125de0dc3 -o=/data/lists -f',
        English: 'a task that kept its lists in another folder; the new lists go there, too',
        Chinese: '清单保存在其他文件夹的任务；新的清单也写入该文件夹',
      },
    ],
  },
  include: {
    about: {
      English: `The pattern is held against the whole key, from the start of the bucket: '*.jpg' finds
photos/a.jpg, but 'a.jpg' finds only the object of just this name. * stands for any characters,
slashes too, ? for one character; \\* and \\? are these characters themselves, and all others have no
special meaning. Without quotes the shell would put the names of files here in place of the
pattern. Of several -include one must match; what an -exclude matches is left out all the same.`,
      Chinese: `模式与桶内的完整对象名比较：'*.jpg' 匹配 photos/a.jpg，而 'a.jpg' 只匹配名称恰好相同的对象。
* 代表任意多个字符（包括斜杠），? 代表一个字符；\\* 和 \\? 表示这两个字符本身，其他字符没有特殊含义。
请用引号括起模式，否则 shell 会将其替换为当前文件夹中的文件名。
指定多个 -include 时匹配其中之一即可；被 -exclude 匹配的对象总是不下载。`,
    },
    examples: [
      {
        words: "-include='photos/2024/*'",
        English: 'all below one folder of the bucket',
        Chinese: '桶中某个文件夹下的所有对象',
      },
      {
        words: "-include='*.jpg' -include='*.png'",
        English: 'pictures of both kinds',
        Chinese: '两种类型的图片',
      },
      {
        words: "-include='log-????.txt'",
        English: 'log-2024.txt and the like, but no such name in a folder',
        Chinese: '桶根目录下 log-2024.txt 之类的对象',
      },
      {
        words: "-include='*.log' -exclude='*/old/*'",
        English: 'all logs but those in a folder named old',
        Chinese: '除 old 文件夹以外的所有日志',
      },
    ],
  },
  exclude: {
    about: {
      English: `The pattern is held against the whole key and written as for -include: * for any characters,
slashes too, ? for one character, in quotes. What is left out keeps its place in the old failure
list, so that it can be resumed later.`,
      Chinese: `模式与完整对象名比较，写法与 -include 相同：* 代表任意多个字符（包括斜杠），? 代表一个字符，
并用引号括起。不下载的对象仍留在旧的失败清单中，以后还可以恢复。`,
    },
    examples: [
      {
        words: "-exclude='*.tmp' -exclude='*/cache/*'",
        English: 'neither temporary files nor what is in a folder named cache',
        Chinese: '不下载临时文件和 cache 文件夹中的对象',
      },
      {
        words: "-include='img/*' -exclude='img/raw/*'",
        English: 'all below img/ but what is below img/raw/',
        Chinese: 'img/ 下除 img/raw/ 之外的所有对象',
      },
    ],
  },
  timeRange: {
    about: {
      English: `Both times are UTC and both belong to the span. A time is yyyyMMddHHmmss or the start of it, from
the year on; what is missing is the lowest: 202406 is June 1st, 00:00:00, also where the span ends.
* is an open end, and in quotes the shell leaves it alone. The object is asked for its time, since
the failure list does not tell it.`,
      Chinese: `两个时间均为 UTC 时间，且都包含在范围内。时间写作 yyyyMMddHHmmss，也可以只写开头几位（至少包括
年份），省略的部分取最小值：202406 表示 6 月 1 日 00:00:00，作为结束时间也是如此。
* 表示不限，请用引号括起。失败清单中没有对象的修改时间，因此会先向服务端查询。`,
    },
    examples: [
      {
        words: "-timeRange='20240601-*'",
        English: 'from June 1st 2024 on',
        Chinese: '2024 年 6 月 1 日及以后',
      },
      {
        words: '-timeRange=202406-20240630235959',
        English: 'in June 2024; 202406-202407 would take the first second of July, too',
        Chinese: '2024 年 6 月；写成 202406-202407 则还会包括 7 月的第一秒',
      },
      {
        words: "-timeRange='*-20231231235959'",
        English: 'up to the end of 2023',
        Chinese: '2023 年年底及以前',
      },
      {
        words: '-timeRange="$(date -u +%Y%m%d)-*"',
        English: 'today, by UTC',
        Chinese: '今天（UTC 时间）',
      },
    ],
  },
  mf: {
    about: {
      English: `A folder is an object whose key ends with a slash. Without -mf all folders of the list are made,
whatever the filters say.`,
      Chinese: `文件夹是名称以斜杠结尾的对象。不使用 -mf 时，清单中的文件夹不受过滤条件限制，全部创建。`,
    },
    examples: [
      {
        words: "-include='photos/*' -mf",
        English: 'makes only the folders below photos/, too',
        Chinese: '文件夹也只创建 photos/ 下的',
      },
    ],
  },
  u: {
    about: {
      English: `An object is asked for its size and time before it is downloaded; one whose file is current is told
in the succeed list.`,
      Chinese: `下载前先查询对象的大小和修改时间；本地文件已是最新的对象记入成功清单。`,
    },
    examples: [
      {
        words: '-u',
        English: 'what was downloaded by other means in the meantime stays as it is',
        Chinese: '期间已通过其他方式下载的文件保持不变',
      },
    ],
  },
  f: {
    about: {
      English: `Without it there is a question for each object: y or an empty line means yes, anything else no. The
end of the input is a no to all that follow, so that a script needs -f.`,
      Chinese: `不使用 -f 时逐个对象询问：y 或直接回车表示是，其他输入表示否。输入结束后，
其余对象一律视为否，因此在脚本中应使用 -f。`,
    },
    examples: [
      {
        words: '-f >/var/log/obsutil-resume.log 2>&1',
        English: 'in a script: no question, no bar',
        Chinese: '在脚本中使用：不询问，也没有进度条',
      },
    ],
  },
  dryRun: {
    about: {
      English: `Asks the store for every object that would be downloaded. No file, folder or part record is
touched; the result lists are written, under a task id of their own.`,
      Chinese: `向服务端查询每个将要下载的对象。不改动任何文件、文件夹或分段记录；
结果清单照常写出，使用新的任务 ID。`,
    },
    examples: [
      {
        words: "-dryRun -include='*.jpg'",
        English: 'what these flags would download',
        Chinese: '查看使用这些参数会下载什么',
      },
    ],
  },
}
