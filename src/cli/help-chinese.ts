import type { HelpTexts } from './help-english.ts'

/** The help in simplified Chinese; lines are at most 100 columns wide, a Chinese character taking two. */
export const chinese: HelpTexts = {
  overview: `obsutil 用于恢复失败的批量下载任务，支持华为云 OBS 以及任何兼容 S3 的对象存储。

用法：obsutil <命令> [参数]

命令：
  cp -recover=<taskId>   重新下载某个任务中下载失败的对象
  tasks [taskId]         列出可以恢复的任务；指定任务时显示失败的内容和原因
  ls -failed             按时间列举任务的失败结果清单
  config                 将服务地址和密钥写入配置文件
  completion <shell>     输出 bash、zsh 或 fish 的补全脚本，可补全命令、参数和任务 ID
  help [命令|-参数]      显示本帮助，或指定命令、指定参数的帮助
  version                显示本工具的版本

各参数的说明和示例请运行 'obsutil help cp' 查看。
如需英文帮助，请在配置文件中设置 helpLanguage=English。
`,

  help: `显示命令的功能及其参数，或详细说明某一个参数。

用法：obsutil help [命令] [-参数]

示例：
  obsutil help cp
      cp 命令的全部说明，与 'obsutil cp -h' 相同
  obsutil help -timeRange
      只说明这一个参数，并给出示例
  obsutil help cp -config
      多个命令都有的参数，只看其中一个命令的

帮助的语言由配置文件中的 helpLanguage（English 或 Chinese）决定。默认读取 ~/.obsutilconfig，
也可以用 -config 指定：obsutil cp -config=<file> -h
`,

  version: `显示本工具和 Node.js 的版本。

用法：obsutil version
`,

  cp: {
    head: `恢复某个任务未完成的下载：读取该任务的失败清单，将其中的每个对象重新下载到原定的路径，
并以新的任务 ID 写出新的结果清单。

用法：obsutil cp -recover=<taskId>|last [参数]

-recover=last 表示 -o 中最新的、有失败对象且尚未被后续任务接手的下载任务；
全部任务可用 'obsutil tasks' 查看。

参数写作 -name=value 或 -name value，前面一个或两个短横线均可；不带值的参数是开关，不写即为关闭。
大小以字节为单位，也可以写成整数加单位 B、KB、MB、GB 或 TB（1KB 为 1024 字节）。
'obsutil help -timeRange' 详细说明某一个参数，并给出更多示例。

`,
    groups: {
      what: '下载哪些对象：\n',
      how: '如何下载：\n',
      checks: '下载后的校验：\n',
      where: '未完成的下载存放在哪里：\n',
      lists: '清单和设置：\n',
    },
    idle: `
以下参数用于其他任务，仅为兼容旧脚本而保留，对恢复下载任务没有作用：
`,
    tail: `
示例：
  obsutil cp -recover=a628d6da-c562-4a1f-b687-4fa125de0dc3 -f
      重新下载所有失败的对象，不逐个询问
  obsutil cp -recover=last -f
      恢复最新的尚未恢复的任务
  obsutil cp -recover=a628d6da-c562-4a1f-b687-4fa125de0dc3 -f -include='*.jpg' -j=20
      只下载图片，同时下载 20 个对象
  obsutil cp -recover=a628d6da-c562-4a1f-b687-4fa125de0dc3 -f -dryRun
      只查看将会下载、替换什么，哪些会失败，磁盘空间是否足够，不实际下载

退出码：0 全部完成；2 任务不存在；3 参数错误或缺少密钥；5 配置文件有误；6 任务无法执行；
7 不是下载任务；8 有对象下载失败（详见失败清单）；9 被中断；255 工具自身故障。
`,
  },

  tasks: {
    head: `列出留有失败清单的任务，最新的在前：失败的个数、总大小、最常见的原因，以及后续任务完成的情况。
指定一个任务时（用任务 ID，或只属于该 ID 的开头 4 个及以上字符），显示每种原因、示例和处理建议、
大对象已下载的部分、该任务所属的各次运行，以及继续恢复的命令。不修改任何文件，也不访问服务端。

用法：obsutil tasks [-o=<folder>] [-limit=<number>] [-json] [-config=<file>]
      obsutil tasks <taskId> [-o=<folder>] [-cpd=<folder>] [-json] [-config=<file>]

清单中的大小经过取整：≈ 表示总和由取整后的大小相加而得，≥ 表示有些对象的大小未知。

参数：
`,
    tail: `
示例：
  obsutil tasks
      显示 ~/.obsutil_output 中最新的 20 个任务
  obsutil tasks a628
      显示 ID 以 a628 开头的任务的详细情况
  obsutil tasks -o=/data/lists -limit=0 -json
      供脚本使用，输出该文件夹中的全部任务

退出码：0 已显示；2 任务或文件夹不存在；3 参数错误；5 配置文件有误；6 清单或文件夹无法读取。
`,
  },

  ls: {
    head: `按最后修改时间列举任务的失败结果清单，最新的在前：文件名、最后修改时间（UTC）和任务 ID。
清单的内容可用 'obsutil tasks' 查看。

用法：obsutil ls -failed [-limit=<number>] [-o=<folder>] [-json]

参数：
`,
    tail: `
示例：
  obsutil ls -failed
      列举 ~/.obsutil_output 中最新的 1000 个
  obsutil ls -failed -limit=5 -o=/data/lists
      列举另一个文件夹中最新的 5 个

退出码：0 已显示；2 文件夹不存在；3 参数错误；6 文件夹无法读取。
`,
  },

  config: {
    head: `将服务地址、密钥和令牌写入配置文件，文件中的其他内容保持不变。
文件权限设为 0600；文件不存在时自动创建。

用法：obsutil config -interactive [-config=<file>]
      obsutil config [-e=<endpoint>] [-i=<ak>] [-k=<sk>] [-t=<token>] [-config=<file>]

用参数给出的值会留在命令行历史记录中，也会出现在进程列表里；使用 -interactive 则不会，
而且输入 sk 和 token 时屏幕上不显示。

参数：
`,
    tail: `
示例：
  obsutil config -interactive
      逐项询问；也可以通过管道输入，每行一项，依次为 ak、sk、endpoint、token
  obsutil config -e=https://obs.eu-west-101.example.com
      更换服务地址，密钥不变
  obsutil config -i="$AK" -k="$SK" -t="$TOKEN" -config=/etc/obsutil.conf
      将临时密钥写入单独的配置文件

退出码：0 写入成功；3 参数错误或回答不完整；5 配置文件无法读取或写入；9 被中断。
退出码不为 0 时，配置文件不会有任何改动。
`,
  },

  completion: {
    head: `输出 shell 的补全脚本，按 Tab 键时可补全 obsutil 的命令、参数、文件夹、文件，
以及在 -o 文件夹中有失败清单的任务 ID。

用法：obsutil completion <bash|zsh|fish>
`,
    tail: `
示例：
  eval "$(obsutil completion bash)"
      写入 ~/.bashrc；支持 bash 3.2 及以上版本，是否安装 bash-completion 均可
  source <(obsutil completion zsh)
      写入 ~/.zshrc，放在 compinit 之后
  obsutil completion fish >~/.config/fish/completions/obsutil.fish
      执行一次，升级后再次执行

退出码：0 已输出；3 不支持该 shell。
`,
  },

  example: '示例：',
  examples: '示例：',
}
