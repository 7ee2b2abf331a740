#!/usr/bin/env bash
# The tool on the other versions of Node.js that it promises to run on: fetches each one from the
# registry, where they are packages, into a temp folder, builds with it, and runs the tests that meet the
# runtime: all of them on the last version that is named, some on the others, and a few on the oldest release
# that is allowed, without another build. The lock file and node_modules are not touched.
#
#   test-node-versions.sh [major version ...]     default: 22 24 26
#
# Exit codes: 0 all passed, or there was nothing to run them with and CI is not set; 1 otherwise.
set -euo pipefail
cd "$(dirname "$0")/.."

# What a version of Node.js can change: connections, streams, files, signals, terminals, modules.
# Every run of a command in these checks its stderr for words of the runtime and of packages. What is
# decided by our own code alone (filters, lists, flags) is the same on each, and left to `npm test`.
readonly tests=(
  e2e/{addressing,network-faults-tls,continued-bodies,proxy,tls,requests} # connections
  unit/raw-store{,-aborts,-connecting,-fuzz,-hazards} e2e/{tls-names,buffers,clock-skew}
  unit/{bulk-writer,chunk-loader} # threads, and the code that V8 keeps
  e2e/{small-objects,large-objects,temp-folders,checksums} # bodies into files
  e2e/{kill-and-resume,interrupt,exits-at-once} # signals, and the end of a run
  e2e/{questions,screen,logs} # streams of the process
  e2e/{bare-environment,config-command,demo} # every command
)

# Between the oldest and the newest version a test of each kind has to do: that the tool starts, connects,
# writes, and ends.
readonly fewer_tests=(
  unit/{raw-store,chunk-loader} e2e/{tls,small-objects,large-objects,questions,screen,bare-environment}
)

# The oldest release that package.json allows.
readonly oldest=20.15.0

main() {
  local majors=("$@") folder status=0
  ((${#majors[@]})) || majors=(22 24 26)
  local newest=${majors[-1]}
  folder=$(mktemp -d "${TMPDIR:-/tmp}/obsutil-node-XXXXXX")
  # shellcheck disable=SC2064 # the folder as it is called now
  trap "kill \$(jobs -p) 2>/dev/null || true; wait; rm -rf '$folder'" EXIT
  # What was built by this Node.js has to run with another release of the same version, too.
  npm run --silent build
  local -A fetching
  local missing=()
  for major in "$oldest" "${majors[@]}"; do
    fetch "$major" "$folder/$major" &
    fetching[$major]=$!
  done
  for major in "${!fetching[@]}"; do wait "${fetching[$major]}" || missing+=("$major"); done
  ((${#missing[@]} == 0)) || give_up "${missing[@]}"
  run_tests "$folder/$oldest" e2e/{bare-environment,small-objects} || status=1
  for major in "${majors[@]}"; do
    PATH="$folder/$major:$PATH" npm run --silent build
    if [[ $major == "$newest" ]]; then run_tests "$folder/$major" "${tests[@]}" || status=1
    else run_tests "$folder/$major" "${fewer_tests[@]}" || status=1; fi
  done
  npm run --silent build
  exit "$status"
}

# Puts that version at <folder>/node, or says why it cannot.
fetch() {
  local major=$1 folder=$2 package
  package="node-$(node -p 'process.platform')-$(node -p 'process.arch')"
  mkdir "$folder"
  if ! npm install --prefix "$folder" --no-save --no-audit --no-fund --loglevel=error \
    --fetch-retries=1 --fetch-retry-mintimeout=1000 "$package@$major" >"$folder/npm" 2>&1; then
    printf 'Node.js %s cannot be fetched as %s: %s\n' "$major" "$package" "$(grep -m1 . "$folder/npm")"
    return 1
  fi
  ln -s "node_modules/$package/bin/node" "$folder/node"
  "$folder/node" --version >"$folder/version" 2>&1 && return
  printf '%s does not run here: %s\n' "$package" "$(head -n1 "$folder/version")"
  return 1
}

give_up() {
  printf 'Skipped, for these versions of Node.js are not to be had: %s\n' "$*"
  [[ -n ${CI:-} ]] && exit 1
  exit 0
}

# run_tests <folder> <test>...: runs them by <folder>/node, which is also what they start the tool with.
run_tests() {
  local folder=$1 status=0
  local files=("${@:2}")
  files=("${files[@]/#/test/}")
  PATH="$folder:$PATH" "$folder/node" --import tsx scripts/run-tests.ts tap "${files[@]/%/.test.ts}" \
    >"$folder/tap" 2>&1 || status=1
  awk -v version="$(<"$folder/version")" '
    /^# tests [0-9]+$/ { tests = $3 }
    /^# (fail|cancelled) [0-9]+$/ { failures += $3 }
    END { printf "node %s: %d tests, %d failures\n", version, tests, failures }' "$folder/tap"
  ((status == 0)) || cat "$folder/tap"
  return "$status"
}

main "$@"
