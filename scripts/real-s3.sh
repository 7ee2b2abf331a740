#!/usr/bin/env bash
# A real object store to test against: a single-node Ceph cluster (one monitor, one OSD) with a
# RADOS Gateway that speaks S3 with SigV4. It listens on 127.0.0.1 only, and starts in a second or
# two once its packages are there. Root and apt-get are needed only to install those.
#
#   real-s3.sh start    installs what is missing, starts the store, or finds it running
#   real-s3.sh status   says whether it runs
#   real-s3.sh stop     ends it and deletes its state; nothing to stop is no error
#
# `start` and `status` print one line on stdout:  ENDPOINT=http://127.0.0.1:PORT AK=... SK=...
# All else goes to stderr.
#
# Exit codes: 0 done, 1 the store did not come up, 2 wrong usage, 3 this machine cannot run it
# (`start`: one line says why), 4 it does not run (`status`).
#
# Environment:
#   REAL_S3_DIR     state folder; default ${TMPDIR:-/tmp}/real-s3-UID
#   REAL_S3_OWNER   a process id; the store stops by itself soon after that process has gone
set -uo pipefail
export LC_ALL=C PATH="/usr/sbin:/usr/bin:/sbin:/bin:$PATH"

state=${REAL_S3_DIR:-${TMPDIR:-/tmp}/real-s3-$UID}
conf=$state/ceph.conf
daemons=(rgw osd mon) # in the order of stopping: nobody is left waiting for a peer that has gone

main() {
  case ${1:-} in
    start | stop | status) ;;
    *) echo 'usage: real-s3.sh start|stop|status' >&2; exit 2 ;;
  esac
  # One at a time. The lock is this very file, so no lock file is ever left behind. Whatever
  # outlives this script must close descriptor 8, or it would hold the lock as long as it lives.
  exec 8<"$0" && flock 8 || exit 1
  "$1"
}

start() {
  all_run && { cat "$state/line"; return; }
  stop # what a crashed run left
  # However this ends early, nothing stays: the daemons get sessions of their own, which no signal
  # to this script reaches. The signals must be named: bash forgets a SIGINT that came while a
  # command was running if that command did not die of it.
  trap stop EXIT
  trap 'exit 1' INT TERM HUP
  umask 077
  # Not `mkdir -p`: in a shared folder somebody else may own that name, or link it elsewhere.
  { mkdir "$state" && : >"$state/made-by-real-s3"; } || fail "cannot make $state"
  mkdir "$state/log" "$state"/{mon,osd,rgw}.data || fail "cannot make folders in $state"
  install_packages
  start_cluster
  start_gateway
  [ -z "${REAL_S3_OWNER:-}" ] || watch_owner
  trap - EXIT
  cat "$state/line"
}

status() {
  all_run && { cat "$state/line"; return; }
  say 'does not run'
  exit 4
}

stop() {
  local name pid
  for name in "${daemons[@]}"; do
    # The data is thrown away with the state, so nobody needs a clean end.
    pid=$(pid_of "$name") || continue
    kill -KILL "$pid"
    for _ in {1..100}; do
      pid_of "$name" >/dev/null || break
      sleep 0.1
    done
  done
  # Only what `start` made: REAL_S3_DIR may name anything.
  if [ -O "$state/made-by-real-s3" ]; then rm -rf "$state"; fi
}

# The monitor hands out placement groups by itself, so ceph-mgr and its many Python packages are
# not needed: some 60 MB come over the network.
install_packages() {
  local missing policy=/usr/sbin/policy-rc.d made_policy='' log=$state/log/apt
  missing=$(missing_packages)
  [ -n "$missing" ] || return 0
  command -v apt-get >/dev/null || cannot "there is no apt-get to install$missing with"
  [ "$(id -u)" = 0 ] || cannot "only root can install$missing"
  say "installing$missing"
  # The packages bring system services, which dpkg would start: exit 101 forbids it.
  if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' >"$policy" && chmod 755 "$policy" && made_policy=yes
  fi
  # What the packages install must be readable by all, whatever our umask. Another apt may be at
  # work on the machine: wait for its lock instead of failing.
  (
    umask 022
    apt-get -qq -o Acquire::Retries=3 update
    # shellcheck disable=SC2086 # several words are meant
    DEBIAN_FRONTEND=noninteractive apt-get -qq -o Acquire::Retries=3 -o DPkg::Lock::Timeout=300 \
      install -y --no-install-recommends $missing
  ) </dev/null >"$log" 2>&1 8>&-
  [ -z "$made_policy" ] || rm -f "$policy"
  # Not by apt-get's exit code: `update` without a network only warns and exits 0.
  [ -z "$(missing_packages)" ] ||
    cannot "apt-get could not install$missing: $(grep '^E:' "$log" | tail -n 1 || tail -n 1 "$log")"
}

missing_packages() { # prints each with a space before it
  local pair
  for pair in radosgw:radosgw ceph-mon:ceph-mon ceph-osd:ceph-osd ceph:ceph-common; do
    command -v "${pair%%:*}" >/dev/null || printf ' %s' "${pair##*:}"
  done
}

start_cluster() {
  local fsid osd_id monitor gateway
  fsid=$(</proc/sys/kernel/random/uuid)
  osd_id=$(</proc/sys/kernel/random/uuid)
  read -r monitor gateway < <(free_ports) || fail 'no free ports'
  endpoint=http://127.0.0.1:$gateway
  write_config "$fsid" "$monitor" "$gateway"
  {
    ceph-authtool --create-keyring "$state/keyring" --gen-key -n mon. --cap mon 'allow *' &&
      monmaptool --create --fsid "$fsid" --addv a "[v2:127.0.0.1:$monitor]" "$state/monmap" &&
      ceph-mon -c "$conf" --mkfs -i a --monmap "$state/monmap" --keyring "$state/keyring"
  } >"$state/log/mon" 2>&1 || fail 'the monitor could not be set up'
  spawn mon ceph-mon -c "$conf" -f -i a
  # The first call waits for the monitor to find itself a quorum.
  ceph_cli osd new "$osd_id" >"$state/log/osd" 2>&1 || fail 'the monitor does not answer'
  ceph-osd -c "$conf" -i 0 --mkfs --osd-uuid "$osd_id" >>"$state/log/osd" 2>&1 ||
    fail 'the OSD could not be set up'
  spawn osd ceph-osd -c "$conf" -f -i 0
  wait_for osd 60 osd_is_up || fail 'the OSD did not come up'
}

start_gateway() {
  local ak sk
  ak=$(random_hex 20)
  sk=$(random_hex 40)
  # This first radosgw-admin makes the zone and its pools. Without an OSD that is up it would
  # hang forever, hence the time limit.
  timeout 120 radosgw-admin -c "$conf" user create --uid=real --display-name=real \
    --access-key="$ak" --secret-key="$sk" >"$state/log/rgw" 2>&1 || fail 'the user could not be made'
  spawn rgw radosgw -c "$conf" -f -n client.rgw.a
  wait_for rgw 90 gateway_answers || fail 'the gateway did not come up'
  echo "ENDPOINT=$endpoint AK=$ak SK=$sk" >"$state/line"
  all_run || fail 'a daemon ended early'
}

write_config() { # write_config FSID MONITOR-PORT GATEWAY-PORT
  cat >"$conf" <<CONF
[global]
fsid = $1
mon host = [v2:127.0.0.1:$2]
public addr = 127.0.0.1
cluster addr = 127.0.0.1
# No keys between the daemons: they talk over loopback and hold test data.
auth cluster required = none
auth service required = none
auth client required = none
keyring = $state/keyring
ms mon client mode = crc
# No sockets in the file system: a path longer than 107 bytes (a deep TMPDIR) would end a daemon.
admin socket =
run dir = $state
log file = $state/log/\$name.log
log max recent = 20
mon cluster log file = $state/log/cluster.log
crash dir = $state
# One OSD, one copy, and few placement groups, for each of RGW's eight pools brings some.
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 4
osd pool default pgp num = 4
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
mon allow pool size one = true
mon max pg per osd = 1000
[mon]
mon data = $state/mon.data
# A monitor ends itself where less than 5 % of the disk is free.
mon data avail crit = 1
mon data avail warn = 2
# It gathers changes for a second before it agrees on them: by far most of a start.
paxos propose interval = 0.05
[osd]
osd data = $state/osd.data
osd objectstore = memstore
memstore device bytes = 2147483648
[client.rgw.a]
rgw data = $state/rgw.data
rgw frontends = beast endpoint=127.0.0.1:$3
CONF
}

# Ends the store when its owner has gone, however that ended. Runs with the lock freed and asks
# again at the end, for the owner may have stopped the store itself and another have begun.
watch_owner() {
  # shellcheck disable=SC2016 # the inner shell is the one to expand
  setsid env REAL_S3_DIR="$state" bash -c '
    line=$(cat "$3/line")
    while kill -0 "$1" 2>/dev/null && [ -e "$3/line" ]; do sleep 1; done
    [ "$(cat "$3/line" 2>/dev/null)" != "$line" ] || exec "$2" stop
  ' watch "$REAL_S3_OWNER" "$(realpath "$0")" "$state" </dev/null >/dev/null 2>&1 8>&- &
  disown
}

spawn() { # spawn NAME COMMAND...: in the background, in a session of its own
  local name=$1
  shift
  setsid "$@" </dev/null >>"$state/log/$name" 2>&1 8>&- &
  echo $! >"$state/$name.pid"
  disown
}

# Prints the process id of our daemon. Ids are used again, so the command line must name our
# configuration; a dead child that nobody has waited for yet does not count.
pid_of() {
  local pid
  pid=$(cat "$state/$1.pid" 2>/dev/null) && [ -n "$pid" ] || return 1
  tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline" | grep -qF -- "-c $conf " || return 1
  ! grep -q '^State:.Z' "/proc/$pid/status" 2>/dev/null && echo "$pid"
}

all_run() {
  local name
  [ -s "$state/line" ] || return 1
  for name in "${daemons[@]}"; do pid_of "$name" >/dev/null || return 1; done
}

ceph_cli() { timeout 60 ceph -c "$conf" --connect-timeout 30 "$@" 8>&-; }

osd_is_up() { ceph_cli osd stat 2>/dev/null | grep -q '1 up'; }

# Asks for the list of buckets without a signature, which the gateway grants to nobody in
# particular. By bash alone, so that no HTTP client needs to be there.
gateway_answers() {
  local reply
  { exec 9<>"/dev/tcp/127.0.0.1/${endpoint##*:}"; } 2>/dev/null || return 1
  printf 'GET / HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n' >&9
  read -r -t 5 reply <&9
  exec 9>&-
  [[ $reply == HTTP/1.?' 200 '* ]]
}

# Both are held until both are known, so that they differ.
free_ports() {
  node -e '
    const servers = [0, 0].map(() => require("node:net").createServer().listen(0, "127.0.0.1"))
    const ports = servers.map((s) => new Promise((done) => s.on("listening", () => done(s.address().port))))
    Promise.all(ports).then((all) => (console.log(all.join(" ")), servers.forEach((s) => s.close())))
  '
}

random_hex() { od -An -vtx1 -N $(($1 / 2)) /dev/urandom | tr -d ' \n'; }

# wait_for NAME SECONDS COMMAND...: until the command succeeds; fails at once when the daemon ends.
wait_for() {
  local pid end=$((SECONDS + $2))
  pid=$(<"$state/$1.pid")
  shift 2
  until "$@"; do
    if [ $SECONDS -ge $end ] || ! kill -0 "$pid" 2>/dev/null; then return 1; fi
    sleep 0.1
  done
}

say() { echo "real-s3: $*" >&2; }

cannot() { # cannot REASON: this machine is not fit; not a fault of the store
  say "cannot run here: $*"
  exit 3
}

fail() { # fail REASON: says it and shows what the daemons said
  local log
  say "$*"
  for log in "$state"/log/*; do
    [ -s "$log" ] && { say "--- ${log##*/}"; tail -n 8 "$log" >&2; }
  done
  exit 1
}

main "$@"
