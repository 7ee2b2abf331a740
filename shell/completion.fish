# How the tables above are used. fish itself leaves out what does not begin as the word at the cursor does.

function __obsutil_complete
    set -l tokens (commandline -opc)
    set -l current (string unescape -- (commandline -ct))
    test -n "$current"; or set current (commandline -ct)
    if test (count $tokens) -lt 2
        __obsutil_commands
        return
    end
    set -l command $tokens[2]
    set -e tokens[1..2]
    set -l takes_value (__obsutil_flags $command; __obsutil_silent_flags $command)
    set takes_value (string replace -rf '=\t.*' '' -- $takes_value)

    set -l pending ''
    set -l given
    set -l positionals
    for token in $tokens
        if test -n "$pending"
            set pending ''
        else if string match -qr '^--$' -- $token
            return
        else if string match -qr '^-' -- $token
            set -l name (string replace -r '^--?' '' -- $token)
            set -l flag (string replace -r '=.*' '' -- $name)
            set -a given $flag
            if not string match -q '*=*' -- $name; and contains -- $flag $takes_value
                set pending $flag
            end
        else
            set -a positionals $token
        end
    end

    if test -n "$pending"
        __obsutil_values '' "$current" (__obsutil_kind $command $pending)
    else if test "$command" = help
        test -z "$positionals"; and __obsutil_commands
        if string match -q -- '-*' $current; or test -n "$positionals"
            __obsutil_help_flags $positionals
        end
    else if string match -qr -- '^-.*=' $current
        set -l flag (string replace -r -- '=.*' '' $current)
        set -l value (string replace -r -- '^[^=]*=' '' $current)
        set -l kind (__obsutil_kind $command (string replace -r -- '^--?' '' $flag))
        __obsutil_values "$flag=" "$value" $kind
    else if string match -q -- '-*' "$current"; or test -z "$current$(__obsutil_kind $command '')"
        set -l dash (string match -r -- '^--' "$current"; or echo -)
        for line in (__obsutil_flags $command)
            set -l flag (string replace -r '=?\t.*' '' -- $line)
            if contains -- $flag $given; and not contains -- $flag $__obsutil_repeatable
                continue
            end
            printf '%s%s\n' $dash $line
        end
    else if test -z "$positionals"
        __obsutil_values '' "$current" (__obsutil_kind $command '')
    end
end

# What `help` takes behind its command: the flags of that command, or of all.
function __obsutil_help_flags
    set -l commands $argv
    test -n "$commands"; or set commands (string replace -r '\t.*' '' -- (__obsutil_commands))
    for command in $commands
        __obsutil_flags $command | string replace -r '^([^=\t]*)=?' -- '-$1'
    end
end

# __obsutil_values BEFORE START KIND...: values that begin so, with what stands before them
function __obsutil_values
    set -l before $argv[1]
    set -l start $argv[2]
    switch "$argv[3]"
        case words
            printf "$before%s\n" $argv[4..]
        case task lastOrTask
            test $argv[3] = lastOrTask; and printf '%slast\t%s\n' "$before" 'the newest with failures'
            __obsutil_tasks (__obsutil_lists_folder) | string replace -r '^' -- $before
        case folder
            __obsutil_paths folder "$before" "$start"
        case file
            __obsutil_paths file "$before" "$start"
    end
end

# The folder of -o, wherever it stands on the line
function __obsutil_lists_folder
    set -l out ~/.obsutil_output
    set -l earlier ''
    for token in (commandline -op)
        if contains -- $earlier -o --o
            set out $token
        end
        set -l value (string replace -rf '^--?o=(.)' '$1' -- $token)
        and set out $value
        set earlier $token
    end
    # Nothing that a line holds is run; of variables this one is known.
    string replace -r '^(~|\$HOME|\{\$HOME\})/' ~/ -- $out
end

# The tasks with failure lists in a folder, the newest first. The names of the lists tell all that is needed,
# so that no list is read and the tool, which takes longer to start than this takes, is not asked.
function __obsutil_tasks
    set -l lists $argv[1]/cp_failed_report_*_*.txt*
    set -l earlier
    for list in $lists[-1..1]
        set -l found (string match -r '_report_(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)\d*_([0-9A-Za-z-]{36})\.txt(?:\.\d+)?$' -- $list)
        or continue
        test "$found[8]" = "$earlier"; and continue
        set earlier $found[8]
        printf '%s\t%s-%s-%s %s:%s:%s UTC\n' $found[8] $found[2..7]
    end
end

# __obsutil_paths folder|file BEFORE START
function __obsutil_paths
    set -l start $argv[3]
    set -l before $argv[2]
    set -l folder ''
    if string match -q '~*' -- $start; and test -z "$before"
        if test $argv[1] = folder
            __fish_complete_directories $start ''
        else
            __fish_complete_path $start ''
        end
        return
    end
    if string match -q '~/*' -- $start
        # Behind -o= the shell leaves it to the tool, which makes it the home folder.
        set before "$before~/"
        set folder ~/
        set start (string sub -s 3 -- $start)
    end
    for found in $folder$start*
        set -l name (string replace -- "$folder" '' $found)
        if test -d $found
            printf '%s%s/\n' $before $name
        else if test $argv[1] = file
            printf '%s%s\n' $before $name
        end
    end
end

complete -c obsutil -f -k -a '(__obsutil_complete)'
