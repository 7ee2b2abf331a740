import type { CommandModel, ValueKind } from './model.ts'

/** The tables that `shell/completion.fish` works with: words and, behind a tab, what they are. */
export function formatFishTables(commands: readonly CommandModel[]): string {
  return `# Completion of obsutil for fish, made by 'obsutil completion fish'. To use it:
#   obsutil completion fish | source

function __obsutil_commands
${commands.map(({ name, summary }) => formatLine(name, summary)).join('')}end

# __obsutil_flags COMMAND: its flags, with a = where they take a value
function __obsutil_flags
    switch $argv[1]
${commands.map((one) => formatFlags(one, true)).join('')}    end
end

# __obsutil_silent_flags COMMAND: those that are understood and not offered
function __obsutil_silent_flags
    switch $argv[1]
${commands.map((one) => formatFlags(one, false)).join('')}    end
end

# __obsutil_kind COMMAND FLAG: what the value can be; without a flag, what stands behind the command
function __obsutil_kind
    switch "$argv[1] $argv[2]"
${commands.map(formatKinds).join('')}    end
end

set -g __obsutil_repeatable ${repeatableFlags(commands).join(' ')}
`
}

function repeatableFlags(commands: readonly CommandModel[]): readonly string[] {
  const flags = commands.flatMap((command) => command.flags.filter((flag) => flag.repeatable))
  return [...new Set(flags.map((flag) => flag.name))]
}

function formatFlags({ name, flags }: CommandModel, offered: boolean): string {
  const lines = flags
    .filter((flag) => flag.offered === offered)
    .map((flag) => formatLine(flag.value === undefined ? flag.name : `${flag.name}=`, flag.help))
  if (lines.length === 0) return ''
  return `        case ${name}\n${lines.map((line) => `        ${line}`).join('')}`
}

function formatKinds({ name, flags, argument }: CommandModel): string {
  const ofFlags = flags.map((flag) => formatKind(`${name} ${flag.name}`, flag.value))
  return [formatKind(`${name} `, argument), ...ofFlags].join('')
}

function formatKind(of: string, value: ValueKind | undefined): string {
  if (value === undefined || value.kind === 'any') return ''
  const words = value.kind === 'words' ? ['words', ...value.words] : [value.kind]
  return `        case '${of}'\n            printf '%s\\n' ${words.join(' ')}\n`
}

function formatLine(word: string, text: string): string {
  return `    printf '%s\\t%s\\n' ${word} ${quote(text)}\n`
}

/** Within single quotes fish knows two escapes. */
function quote(text: string): string {
  return `'${text.replaceAll(/['\\]/g, '\\$&')}'`
}
