import type { FlagDetails } from './details.ts'

/** Flags of `cp` about how objects come and how they are checked. */
export const transferringDetails: Readonly<Record<string, FlagDetails>> = {
  j: {
    about: {
      English: `Many small objects are the sooner done the more come at a time; the configuration key
maxConnections limits what is open at once. 0 or less means the configured number.`,
      Chinese: `小对象很多时，同时下载的越多越快；同时打开的连接数不超过配置项 maxConnections。
小于或等于 0 表示使用配置的值。`,
    },
    examples: [
      { words: '-j=50', English: 'for many small objects', Chinese: '适合大量小对象' },
      {
        words: '-j=1 -p=1',
        English: 'one request at a time, for a store that is busy',
        Chinese: '每次只有一个请求，适合服务端繁忙的情况',
      },
    ],
  },
  p: {
    about: {
      English: `Only objects that go in parts are concerned, see -threshold. Up to -j times -p requests are open at
once, and never more than the configuration key maxConnections says.`,
      Chinese: `只影响分段下载的对象，参见 -threshold。同时最多有 -j 乘以 -p 个请求，
且不超过配置项 maxConnections。`,
    },
    examples: [
      {
        words: '-j=2 -p=16',
        English: 'for a few large objects',
        Chinese: '适合少量大对象',
      },
    ],
  },
  threshold: {
    about: {
      English: `A smaller object is fetched by one request. A larger one is fetched in parts, and each finished
part outlasts a crash or Ctrl+C. A size is a number of bytes, or a whole number with B, KB, MB, GB
or TB.`,
      Chinese: `小于此大小的对象用一个请求下载；其余的分段下载，已完成的分段在崩溃或按 Ctrl+C 之后依然有效。
大小以字节为单位，也可以写成整数加单位 B、KB、MB、GB 或 TB。`,
    },
    examples: [
      {
        words: '-threshold=8MB',
        English: 'over a bad line, so that less has to be fetched again',
        Chinese: '网络不稳定时使用，减少重新下载的数据量',
      },
      {
        words: '-threshold=1GB -ps=64MB',
        English: 'in parts only from 1 GB on, and then in large ones',
        Chinese: '1 GB 以上的对象才分段，并使用较大的分段',
      },
    ],
  },
  ps: {
    about: {
      English: `auto gives each of the -p downloads of an object its share, between 4 and 32 MB, and smaller parts
towards the end. A size that would take more than 50,000 parts is raised. What an earlier run has
fetched in parts of another size is used all the same.`,
      Chinese: `auto 按对象大小和 -p 自动选择，在 4 MB 与 32 MB 之间，临近结束时分段会变小。
若分段数会超过 50,000，则自动增大分段。之前以其他大小下载的分段仍然有效。`,
    },
    examples: [
      {
        words: '-ps=auto',
        English: 'chooses by the object, whatever the configuration says',
        Chinese: '按对象自动选择，不受配置文件影响',
      },
      {
        words: '-ps=64MB -p=4',
        English: 'for a store that counts requests',
        Chinese: '适合按请求次数计费的情况',
      },
    ],
  },
  payer: {
    about: {
      English:
        'Each request then says that whoever makes it pays for it; requester is the only value.',
      Chinese: '每个请求都会声明由请求者付费；唯一的取值是 requester。',
    },
    examples: [
      {
        words: '-payer=requester',
        English: 'from a bucket whose owner does not pay for downloads',
        Chinese: '从请求者付费的桶下载',
      },
    ],
  },
  quiet: {
    about: {
      English: `For cron, which mails whatever is printed (docs/cron.md): a run in which nothing failed prints
nothing. Nor does one with -recover=last where no task is left to resume; it ends with 2.`,
      Chinese: `用于 cron（见 docs/cron.md）：cron 会把打印的内容作为邮件发送，而没有失败的运行不打印任何内容。
使用 -recover=last 且没有可恢复的任务时也不打印，退出码为 2。`,
    },
    examples: [
      {
        words: 'obsutil cp -recover=last -f -quiet -rounds=3',
        English: 'in cron: what is left of the newest task, with a word only of failures',
        Chinese: '用于 cron：恢复最近的任务，只在失败时才有输出',
      },
    ],
  },
  vlength: {
    about: {
      English: 'A file of another size is not put in place, and the object fails.',
      Chinese: '大小不一致时，文件不会放到目标路径，该对象记为失败。',
    },
    examples: [{ words: '-vlength', English: 'compares all sizes', Chinese: '比较所有文件的大小' }],
  },
  vmd5: {
    about: {
      English: `The MD5 is that of the metadata x-obs-meta-md5chksum or x-amz-meta-md5chksum; an object without it
succeeds, with a warning. A file with another MD5 is not put in place. What the store itself sends
of an object's bytes, such as a CRC-64, is compared without this flag.`,
      Chinese: `MD5 取自元数据 x-obs-meta-md5chksum 或 x-amz-meta-md5chksum；没有该元数据的对象仍算成功，
但会有警告。MD5 不一致时，文件不会放到目标路径。服务端自己返回的校验值（例如 CRC-64）
不需要此参数也会比较。`,
    },
    examples: [
      {
        words: '-vmd5 -vlength',
        English: 'for objects that were uploaded with their MD5',
        Chinese: '适合上传时带有 MD5 的对象',
      },
    ],
  },
}
