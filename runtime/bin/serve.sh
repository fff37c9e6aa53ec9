# shellcheck shell=bash disable=SC2154 source=runtime/bin/units.sh
# The part of activate that a release brings along: its units, the switch to it, the wait until it serves.
# Sourced by /usr/local/lib/koa/activate, whose functions and variables it uses.
. "$release/bin/units.sh"
: "${READY_SECONDS:=60}" "${READY_URL:=http://127.0.0.1/readyz}" "${KEEP_RELEASES:=5}"
: "${WORKERS:=$(nproc)}"
workers=()
for ((i = 1; i <= WORKERS && i <= 8; i++)); do workers+=("koa@$i.service"); done
previous=$(readlink "$koa/current" || :)
previous=${previous##*/}

# What the units read; in memory only.
write_run() {
  local kib
  (umask 077 && mkdir "$work/secrets")
  if [[ -n $SECRETS ]]; then
    "$release/node" "$release/bin/write-secrets.cjs" "$work/secrets" "$SECRETS" "$work"/parameters.* \
      2>"$work/errors" || fail "$(cat "$work/errors")"
  fi
  rm -rf "$run/secrets"
  mv "$work/secrets" "$run/secrets"
  read -r _ kib _ </proc/meminfo
  # Six tenths of the memory are for the workers' heaps: a leak ends its worker and not the instance.
  printf '%s\n' "AWS_REGION=$AWS_REGION" "INSTANCE_ID=$instance_id" "AVAILABILITY_ZONE=$zone" \
    "NODE_OPTIONS=--max-old-space-size=$((kib * 6 / 10 / 1024 / ${#workers[@]}))" >"$run/environment"
}

switch_to() {
  ln -sfn "releases/$1" "$koa/.current"
  mv -T "$koa/.current" "$koa/current"
  touch "$koa/releases/$1" # the order in which old ones go
}

start() {
  local worker
  switch_to "$sha"
  systemctl start koa.socket "${workers[@]}" nginx.service koa-spot-notice.service ||
    tell_why 'a unit did not start' "${workers[0]}" nginx.service
  for worker in "${workers[@]}"; do
    wait_for_worker "$worker" || tell_why "$why" "$worker"
  done
  wait_for_nginx || tell_why "$READY_URL did not answer 200 within $READY_SECONDS s" "${workers[0]}" nginx.service
}

# One worker after the other: the rest serves meanwhile, and goes on serving if the new release does not.
restart() {
  local worker
  switch_to "$sha"
  systemctl start koa.socket nginx.service koa-spot-notice.service
  for worker in "${workers[@]}"; do
    systemctl restart "$worker" || go_back "$worker" "$worker did not start"
    wait_for_worker "$worker" || go_back "$worker" "$why"
  done
  reload_nginx
  wait_for_nginx || go_back "${workers[0]}" "$READY_URL did not answer 200 within $READY_SECONDS s"
}

# Only when it has to be: a reload closes idle connections, one of which the load balancer may be about to use.
reload_nginx() {
  diff -rq "$koa/releases/$previous/nginx" "$release/nginx" >"$work/diff" || systemctl reload nginx.service
}

# go_back WORKER REASON: to the release before, on account of that worker.
go_back() {
  show_journal "$1"
  switch_to "$previous"
  install_units "$koa/releases/$previous"
  systemctl restart "${workers[@]}"
  reload_nginx
  fail "release $sha did not get ready; $previous serves again: $2"
}

# A worker says that it is ready by a file of its own: the socket, which they share, may be answered by another one.
# Leaves in $why what is wrong with one that does not.
wait_for_worker() {
  local name=${1%.service} end=$((SECONDS + READY_SECONDS)) turns=0 restarts
  restarts=$(systemctl show --value -p NRestarts "$1")
  why="the app was not ready within $READY_SECONDS s"
  until [[ -e $run/worker-${name#koa@}/ready ]]; do
    ((SECONDS < end)) || return 1
    sleep 0.05
    # Twice in the second for which systemd leaves it down before the next try.
    ((++turns % 10 != 0)) || ! keeps_ending "$1" "$restarts" || return 1
  done
}

# keeps_ending WORKER RESTARTS: it is down, and not for the first time. No longer wait would help one that ended thrice.
keeps_ending() {
  local state how
  state=$(systemctl show -p NRestarts -p SubState -p ExecMainCode -p ExecMainStatus "$1")
  [[ $state == *SubState=auto-restart* && $state =~ NRestarts=([0-9]+) ]] || return 1
  ((BASH_REMATCH[1] >= $2 + 2)) || return 1
  [[ $state =~ ExecMainStatus=([0-9]+) ]]
  how="exit status ${BASH_REMATCH[1]}"
  # CLD_EXITED of waitid(2); any other code comes with a signal in place of a status.
  [[ $state == *ExecMainCode=1* ]] || how="signal ${BASH_REMATCH[1]}"
  why="the app ended three times before it was ready, the last time with $how: $(last_words "$1")"
}

# last_words UNIT: of a stack of Node's, the error on top of it.
last_words() {
  local said
  said=$(journalctl -q -n 32 -o cat "_SYSTEMD_UNIT=$1" | grep -vE '^([[:space:]]|\}?$|Node\.js v)' | tail -n 1) || :
  printf '%s' "${said:0:400}"
}

wait_for_nginx() {
  local end=$((SECONDS + READY_SECONDS))
  until curl -sf --noproxy '*' --max-time 5 -o "$work/ready" "$READY_URL"; do
    ((SECONDS < end)) || return 1
    sleep 0.05
  done
}

# tell_why REASON UNIT…
tell_why() {
  show_journal "${@:2}"
  fail "$1"
}

# What the units' own processes said last.
show_journal() {
  local unit line
  for unit; do
    while read -r line; do say "$unit: $line"; done < <(journalctl -q -n 16 -o cat "_SYSTEMD_UNIT=$unit")
  done
}

tidy() {
  local old used
  local -a all
  mapfile -t all < <(find "$koa/releases" -mindepth 1 -maxdepth 1 -printf '%T@ %f\n' | sort -rn | cut -d ' ' -f 2)
  for old in "${all[@]:KEEP_RELEASES}"; do rm -rf "$koa/releases/${old:?}"; done
  used=$(readlink "$koa"/releases/*/node || :)
  for old in "$koa"/node/*; do
    [[ $used == *"${old##*/}"* ]] || rm -rf "$old"
  done
  [[ -z $changed ]] || systemctl try-restart systemd-journald.service
  systemctl start koa-logrotate.timer
  [[ -z $LOG_GROUP ]] || "$release/bin/ship-logs" "$LOG_GROUP" || say 'warning: logs are not shipped, see above'
}

phase units install_units "$release"
[[ -n ${1:-} && -e $run/environment ]] || phase run write_run
if [[ -n $previous ]] && systemctl is-active -q "${workers[@]}"; then phase restart restart; else phase start start; fi
[[ $abandon != yes ]] || phase complete complete CONTINUE
say "ready: release $sha, ${#workers[@]} workers"
phase tidy tidy
