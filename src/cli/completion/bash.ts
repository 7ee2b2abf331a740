import type { CommandModel, FlagModel, ValueKind } from './model.ts'

/** The tables that `shell/completion.bash` works with. No word in them needs quotes. */
export function formatBashTables(commands: readonly CommandModel[]): string {
  const repeatable = commands.flatMap(({ flags }) => flags.filter((flag) => flag.repeatable))
  return `# Completion of obsutil for bash, made by 'obsutil completion bash'. To use it:
#   eval "$(obsutil completion bash)"

_obsutil_commands='${commands.map(({ name }) => name).join(' ')}'
_obsutil_repeatable='${[...new Set(repeatable.map(({ name }) => name))].join(' ')}'

# _obsutil_flags COMMAND: its flags, with a = where they take a value, and those that are not offered.
_obsutil_flags() {
  flags='' silent=''
  case $1 in
${commands.map(formatFlags).join('')}  esac
}

# _obsutil_kind COMMAND FLAG: what the value can be; without a flag, what stands behind the command.
_obsutil_kind() {
  kind=''
  case "$1 $2" in
${commands.map(formatKinds).join('')}  esac
}
`
}

function formatFlags({ name, flags }: CommandModel): string {
  if (flags.length === 0) return ''
  const list = (offered: boolean) =>
    flags
      .filter((flag) => flag.offered === offered)
      .map((flag) => (flag.value === undefined ? flag.name : `${flag.name}=`))
      .join(' ')
  return `    ${name})
      flags='${list(true)}'
      silent='${list(false)}'
      ;;
`
}

function formatKinds({ name, flags, argument }: CommandModel): string {
  const ofFlags = flags.map((flag: FlagModel) => formatKind(`${name} ${flag.name}`, flag.value))
  return [formatKind(`${name} `, argument), ...ofFlags].join('')
}

function formatKind(of: string, value: ValueKind | undefined): string {
  if (value === undefined || value.kind === 'any') return ''
  const kind = value.kind === 'words' ? `words ${value.words.join(' ')}` : value.kind
  return `    '${of}') kind='${kind}' ;;\n`
}
