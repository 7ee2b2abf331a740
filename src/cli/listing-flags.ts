import { text, toggle, type FlagSpec } from './flag-table.ts'

const outputFolder = text('o=folder', '/data/lists', {
  help: 'the folder of the lists (default: ~/.obsutil_output)',
  chineseHelp: '结果清单所在的文件夹（默认为 ~/.obsutil_output）',
})

const json = toggle('json', {
  help: 'print one JSON object a line, as docs/tasks.md has it',
  chineseHelp: '每行输出一个 JSON 对象，格式见 docs/tasks.md',
})
const limit = (usual: number) =>
  text('limit=number', '100', {
    help: `how many are shown at most, the newest ones; 0 or less for all (default: ${usual})`,
    chineseHelp: `最多显示的个数，从最新的开始；小于等于 0 表示全部显示（默认为 ${usual}）`,
  })

/** Every flag of `obsutil tasks`, in the order in which the help lists them. */
export const tasksFlags: readonly FlagSpec[] = [
  outputFolder,
  limit(20),
  json,
  text('cpd=folder', '/data/records', {
    help: 'the folder of the part records, for what is there already of large objects',
    chineseHelp: '分段记录所在的文件夹，用于统计大对象已下载的部分',
  }),
  text('config=file', '/etc/obsutil.conf', {
    help: 'the configuration file: humanReadableFormat, and the one that the command to go on names',
    chineseHelp: '使用的配置文件，其中 humanReadableFormat 有效，恢复命令中也会写出该文件',
  }),
]

/** Every flag of `obsutil ls`, in the order in which the help lists them. */
export const lsFlags: readonly FlagSpec[] = [
  toggle('failed', {
    help: 'list the failure lists of tasks; without it there is nothing that this tool lists',
    chineseHelp: '列举任务的失败结果清单；本工具不支持列举其他内容',
  }),
  limit(1000),
  outputFolder,
  json,
  text('config=file', '/etc/obsutil.conf', {
    help: 'the configuration file that says in which language this help is',
    chineseHelp: '决定本帮助语言的配置文件',
  }),
]
