# How the tables above are used. Bash 3.2 or later, with or without the bash-completion package.
#
# The line is read here and not taken from COMP_WORDS, for bash splits words at COMP_WORDBREAKS there, and so
# -o=/a:b into five, but the users of some other completion into one. What is inserted must then begin where
# readline's word does, which is behind the last such character.

_obsutil() {
  local IFS=$' \t\n'
  local words begin quote # of _obsutil_split
  local flags='' silent='' # of _obsutil_flags
  local kind='' # of _obsutil_kind
  local command current pending='' given=' ' word name i
  COMPREPLY=()
  _obsutil_split "${COMP_LINE:0:COMP_POINT}"
  local last=$((${#words[@]} - 1))
  current=${words[last]}
  if ((last < 2)); then
    _obsutil_offer_words "$_obsutil_commands" ' '
    return 0
  fi
  command=${words[1]}
  _obsutil_flags "$command"

  local positional=0
  for ((i = 2; i < last; i++)); do
    word=${words[i]}
    if [[ -n $pending ]]; then
      pending=''
      continue
    fi
    case $word in
      --) return 0 ;;
      -?*)
        name=${word#-}
        name=${name#-}
        given="$given${name%%=*} "
        case $name in
          *=*) ;;
          *) [[ " $flags $silent " == *" $name= "* ]] && pending=$name ;;
        esac
        ;;
      *) positional=$((positional + 1)) ;;
    esac
  done

  if [[ -n $pending ]]; then
    _obsutil_kind "$command" "$pending"
    _obsutil_offer_values '' "$current"
  elif [[ $command == help ]]; then
    if ((positional == 0)); then _obsutil_offer_words "$_obsutil_commands" ' '; fi
    if [[ $current == -* || $positional -gt 0 ]]; then _obsutil_offer_topics; fi
  elif [[ $current == -*=* ]]; then
    name=${current%%=*}
    name=${name#-}
    _obsutil_kind "$command" "${name#-}"
    _obsutil_offer_values "${current%%=*}=" "${current#*=}"
  else
    _obsutil_kind "$command" ''
    if [[ $current == -* || -z $current$kind ]]; then
      _obsutil_offer_flags
    elif ((positional == 0)); then
      _obsutil_offer_values '' "$current"
    fi
  fi
  return 0
}

# Splits a line into `words` as the shell does, without quotes and with variables expanded, but runs nothing.
# The last one is the one at the cursor, '' behind a blank. `begin` is what readline leaves of it as it is,
# and `quote` the quote that is open there.
_obsutil_split() {
  local line=$1 word='' started='' char next i name
  words=()
  begin='' quote=''
  for ((i = 0; i < ${#line}; i++)); do
    char=${line:i:1}
    next=${line:i+1:1}
    case $quote$char in
      "''" | '""')
        quote='' begin=$word
        ;;
      "'" | '"')
        quote=$char begin=$word started=yes
        ;;
      \'?) word=$word$char ;;
      '"\')
        case $next in '"' | '\' | '$' | '`') i=$((i + 1)) char=$next ;; esac
        word=$word$char
        ;;
      '\')
        i=$((i + 1)) started=yes
        word=$word$next
        ;;
      '$' | '"$')
        name=${line:i+1}
        name=${name#'{'}
        name=${name%%[!A-Za-z0-9_]*}
        case $name in
          [A-Za-z_]*)
            i=$((i + ${#name}))
            if [[ $next == '{' ]]; then i=$((i + 2)); fi
            word=$word${!name:-}
            ;;
          *) word=$word$char ;;
        esac
        started=yes
        ;;
      ' ' | $'\t' | $'\n')
        if [[ -n $started ]]; then words[${#words[@]}]=$word; fi
        word='' started='' begin=''
        ;;
      *)
        word=$word$char started=yes
        case $COMP_WORDBREAKS in *"$char"*) if [[ -z $quote ]]; then begin=$word; fi ;; esac
        ;;
    esac
  done
  words[${#words[@]}]=$word
}

# _obsutil_offer WORD END: the rest of the word from `begin` on, as it is typed, and a blank if it is complete.
_obsutil_offer() {
  local text=$1 end=$2 typed='' char i
  [[ $text == "$begin"* ]] || return 0
  text=${text#"$begin"}
  if [[ -n $quote ]]; then
    # readline closes the quote. What means something inside is kept from it.
    end=''
    for ((i = 0; i < ${#text}; i++)); do
      char=${text:i:1}
      case $quote$char in
        "''") typed="$typed'\\''" ;;
        '""' | '"\' | '"$' | '"`') typed="$typed\\$char" ;;
        *) typed=$typed$char ;;
      esac
    done
  elif [[ -n $text ]]; then
    printf -v typed %q "$text"
  fi
  COMPREPLY[${#COMPREPLY[@]}]=$typed$end
}

# _obsutil_offer_words WORDS END: those that begin as the current word does.
_obsutil_offer_words() {
  local word
  for word in $1; do
    if [[ $word == "$current"* ]]; then _obsutil_offer "$word" "$2"; fi
  done
}

_obsutil_offer_flags() {
  local dash=- flag
  [[ $current == --* ]] && dash=--
  for flag in $flags; do
    if [[ $given == *" ${flag%=} "* && " $_obsutil_repeatable " != *" ${flag%=} "* ]]; then continue; fi
    case $flag in
      *=) _obsutil_offer_words "$dash$flag" '' ;;
      *) _obsutil_offer_words "$dash$flag" ' ' ;;
    esac
  done
}

# What `help` takes: the flags of the command before the cursor, or of all.
_obsutil_offer_topics() {
  local name all=' '
  for name in ${words[2]:-}; do _obsutil_flags "$name"; done
  if ((positional == 0)); then
    for name in $_obsutil_commands; do
      _obsutil_flags "$name"
      all="$all$flags "
    done
    flags=$all
  fi
  local seen=' '
  for name in $flags; do
    name=${name%=}
    if [[ $seen != *" $name "* ]]; then _obsutil_offer_words "-$name" ' '; fi
    seen="$seen$name "
  done
}

# _obsutil_offer_values BEFORE START: values of the `kind` that begin so, with what stands before them.
_obsutil_offer_values() {
  local before=$1 start=$2 value all='' out
  case $kind in
    'words '*)
      for value in ${kind#words }; do _obsutil_offer_words "$before$value" ' '; done
      ;;
    task | lastOrTask)
      _obsutil_find_folder
      all=$(_obsutil_tasks "$out")
      if [[ $kind == lastOrTask ]]; then
        all="last
$all"
      fi
      ;;
    folder | file)
      # The shell does not expand a ~ behind =, so that it is written out.
      case $quote$start in '~/'*) start=$HOME/${start#'~/'} ;; esac
      all=$(_obsutil_paths "$kind" "$start")
      ;;
  esac
  while IFS= read -r value; do
    if [[ -z $value || $value != "$start"* ]]; then continue; fi
    case $value in
      */) _obsutil_offer "$before$value" '' ;;
      *) _obsutil_offer "$before$value" ' ' ;;
    esac
  done <<<"$all"
}

# Sets `out` to the folder of the lists: that of -o, wherever it stands on the line.
_obsutil_find_folder() {
  local words begin quote word earlier=''
  out=$HOME/.obsutil_output
  _obsutil_split "$COMP_LINE"
  for word in "${words[@]}"; do
    case $earlier in -o | --o) word=-o=$word ;; esac
    case $word in -o=?* | --o=?*) out=${word#*-o=} ;; esac
    earlier=$word
  done
  case $out in '~/'*) out=$HOME/${out#'~/'} ;; esac
}

# The ids of the tasks with failure lists in a folder, the newest first. Their names tell all that is needed, so
# that no list is read and the tool, which takes longer to start than this takes, is not asked. In a shell
# of its own, for there may be options under which a pattern without a match is an error.
_obsutil_tasks() (
  shopt -s nullglob
  shopt -u failglob
  set +f
  unset GLOBIGNORE
  all='' id='' earlier=''
  for path in "$1"/cp_failed_report_*_*.txt "$1"/cp_failed_report_*_*.txt.[0-9]*; do
    path=${path##*/cp_failed_report_}
    time=${path%%_*}
    id=${path#*_}
    id=${id%%.*}
    case $time$id in *[!0-9A-Za-z-]*) continue ;; esac
    if [[ ${#id} == 36 ]]; then all="$all$time $id
"; fi
  done
  printf %s "$all" | LC_ALL=C sort -r | while read -r _ id; do
    if [[ $id != "$earlier" ]]; then printf '%s\n' "$id"; fi
    earlier=$id
  done
)

# _obsutil_paths folder|file START
_obsutil_paths() (
  shopt -s nullglob
  shopt -u failglob
  set +f
  unset GLOBIGNORE
  for path in "$2"*; do
    case ${path##*/} in . | ..) continue ;; esac
    if [[ -d $path ]]; then
      printf '%s/\n' "$path"
    elif [[ $1 == file ]]; then
      printf '%s\n' "$path"
    fi
  done
)

# Where bash can (from 4.4 on), the ids stay in their order, the newest first.
complete -o nospace -o nosort -F _obsutil obsutil 2>/dev/null ||
  complete -o nospace -F _obsutil obsutil
