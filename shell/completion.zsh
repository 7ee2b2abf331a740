# How the tables above are used.

_obsutil() {
  local curcontext=$curcontext state line command
  local -A opt_args
  local -a names specs
  local -i i
  if (( CURRENT == 2 )); then
    _obsutil_tables ''
    _describe -t commands command names
    return
  fi
  command=$words[2]
  if [[ $command == help ]]; then
    _obsutil_help
    return
  fi
  _obsutil_tables $command
  shift words
  (( CURRENT-- ))
  # Two dashes are as good as one, but _arguments is told of one.
  for (( i = 2; i <= $#words; i++ )); do
    [[ $words[i] == --?* ]] && words[i]=${words[i]#-}
  done
  if [[ $PREFIX == --* ]]; then
    PREFIX=${PREFIX#-}
    IPREFIX+=-
  fi
  # Flags may come behind other words, too.
  [[ -n $PREFIX ]] && specs+=('*: :_obsutil_nothing')
  _arguments -S : $specs
}

_obsutil_nothing() {
  return 1
}

# What `help` takes: a command, and flags, those of the command or of all.
_obsutil_help() {
  local -a flags expl
  local name
  _obsutil_tables ''
  if (( CURRENT == 3 )) && [[ $PREFIX != -* ]]; then
    _describe -t commands command names
    return
  fi
  local -a of=($words[3])
  (( CURRENT == 3 )) && of=(${names%%:*})
  for name in $of; do
    _obsutil_tables $name
    # Without what is not offered, and cut to the name.
    flags+=(${${${(M)specs:#([*]|)-*}#[*]}%%(=|)\[*})
  done
  flags=(${(u)flags})
  _wanted flags expl flag compadd -a flags
}

# _obsutil_tasks [last]: the tasks with failure lists in the folder of -o, the newest first. The names of the
# lists tell all that is needed, so that no list is read and the tool, which takes longer to start than this
# takes, is not asked.
_obsutil_tasks() {
  local out=$HOME/.obsutil_output name id
  local -i i
  local -a ids shown expl
  # _arguments puts words of its own before those of the action.
  if [[ $argv[-1] == last ]]; then
    ids=(last)
    shown=('last  the newest with failures')
  fi
  for (( i = 2; i <= $#words; i++ )); do
    case $words[i] in
      -o=?*) out=${(Q)words[i]#-o=} ;;
      -o) out=${(Q)words[i+1]} ;;
    esac
  done
  # Nothing that a line holds is run; of variables this one is known.
  out=${out/#(\~|\$HOME|\$\{HOME\})\//$HOME/}
  for name in $out/cp_failed_report_<->_*.txt*(NOn:t); do
    name=${name#cp_failed_report_}
    id=${${name#*_}%%.*}
    [[ $#id == 36 && $id != *[^0-9A-Za-z-]* ]] || continue
    (( ${ids[(Ie)$id]} )) && continue
    ids+=($id)
    shown+=("$id  $name[1,4]-$name[5,6]-$name[7,8] $name[9,10]:$name[11,12]:$name[13,14] UTC")
  done
  _wanted -V tasks expl 'task id' compadd -l -d shown -a ids
}

# _obsutil_paths [-/]: the shell does not expand a ~ behind a =, so that it is written out.
_obsutil_paths() {
  [[ $IPREFIX == *= && $PREFIX == \~/* ]] && PREFIX=$HOME/${PREFIX#\~/}
  _files "$@"
}

if [[ $funcstack[1] == _obsutil ]]; then
  # A function of $fpath that is called for the first time.
  _obsutil "$@"
else
  (( $+functions[compdef] )) || { autoload -Uz compinit && compinit -i }
  compdef _obsutil obsutil
fi
