import type { CommandModel, FlagModel, ValueKind } from './model.ts'

/** The tables that `shell/completion.zsh` works with: descriptions of commands, and specs of `_arguments`. */
export function formatZshTables(commands: readonly CommandModel[]): string {
  const described = commands.map(({ name, summary }) => `    ${quote(`${name}:${summary}`)}\n`)
  return `#compdef obsutil
# Completion of obsutil for zsh, made by 'obsutil completion zsh'. To use it, with compinit before it:
#   source <(obsutil completion zsh)
# or write it to a file named _obsutil in a folder of $fpath.

# _obsutil_tables COMMAND
_obsutil_tables() {
  names=(
${described.join('')}  )
  specs=()
  case $1 in
${commands.map(formatSpecs).join('')}  esac
}
`
}

function formatSpecs({ name, flags, argument }: CommandModel): string {
  const ofArgument = argument === undefined ? [] : [`1:${nameOf(argument)}:${actionOf(argument)}`]
  const specs = [...flags.map(formatFlag), ...ofArgument]
  if (specs.length === 0) return ''
  return `    ${name})
      specs=(
${specs.map((spec) => `        ${quote(spec)}\n`).join('')}      )
      ;;
`
}

/** A `!` hides a flag that is understood, a `*` lets it come again. */
function formatFlag({ name, help, value, repeatable, offered }: FlagModel): string {
  const before = `${offered ? '' : '!'}${repeatable ? '*' : ''}`
  const described = `[${help.replaceAll(/[[\]:\\]/g, '\\$&')}]`
  if (value === undefined) return `${before}-${name}${described}`
  return `${before}-${name}=${described}:${nameOf(value)}:${actionOf(value)}`
}

function nameOf(value: ValueKind): string {
  if (value.kind === 'task' || value.kind === 'lastOrTask') return 'task id'
  return value.kind === 'any' ? 'value' : value.kind
}

function actionOf(value: ValueKind): string {
  switch (value.kind) {
    case 'words':
      return `(${value.words.join(' ')})`
    case 'folder':
      return '_obsutil_paths -/'
    case 'file':
      return '_obsutil_paths'
    case 'task':
      return '_obsutil_tasks'
    case 'lastOrTask':
      return '_obsutil_tasks last'
    case 'any':
      return ' '
  }
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}
