# shellcheck shell=bash disable=SC2034
# What install and activate share: messages and phases, IMDSv2, signed AWS calls, objects of the release bucket.
set -Eeuo pipefail
umask 022

# Every knob has a default; tests move them.
: "${ROOT:=}" "${METADATA:=http://169.254.169.254}" "${SETTINGS:=$ROOT/etc/koa/settings}"
# Seconds to try again for (no credentials yet, 403, 5xx), also when a launch is given up; and between two tries.
: "${RETRY_SECONDS:=120}" "${ABANDON_SECONDS:=30}" "${RETRY_PAUSE:=1}"
koa=$ROOT/opt/koa run=$ROOT/run/koa marker=$ROOT/var/lib/koa/installed
mkdir -p "$koa/releases" "$koa/node" "$run"
# shellcheck source=/dev/null
. "$SETTINGS"
exec 9>"$run/lock"
flock 9
rm -rf "$run"/work.* "$koa"/releases/.??* "$koa"/node/.??* # left by a run that was cut off
work=$(mktemp -d "$run/work.XXXXXX")

say() { printf 'koa-boot: %s\n' "$*" >&2; }

# The first reason counts. It is a file, since jobs in the background are shells of their own.
fail() {
  if [[ ! -e $work/reason ]]; then
    # Not every program says so itself.
    [[ $(df --output=pcent "$koa") != *100%* ]] || set -- "$*; the disk of $koa is full"
    say "failed: $*"
    printf '%s\n' "$*" >"$work/reason"
  fi
  exit 1
}
trap 'fail "$BASH_COMMAND: exit code $? (${BASH_SOURCE[0]##*/} line $LINENO)"' ERR

# phase NAME COMMAND…: runs it, and says how long it took in a form that programs read.
phase() {
  local name=$1 start=${EPOCHREALTIME/[.,]/} end ms
  shift
  "$@"
  end=${EPOCHREALTIME/[.,]/} ms=$(((end - start) / 1000))
  printf -v ms '%d.%03d' $((ms / 1000)) $((ms % 1000))
  say "phase=$name seconds=$ms at=${end:0:-6}.${end: -6:3}"
}

# retry WHAT COMMAND…: until it succeeds. It leaves why not in $problem, and returns 2 when time will not help.
retry() {
  local what=$1 end=$((SECONDS + RETRY_SECONDS)) tell=$SECONDS code
  shift
  while :; do
    problem='' code=0
    "$@" || code=$?
    ((code != 0)) || return 0
    ((code != 2)) || fail "$what: $problem"
    ((SECONDS < end)) || fail "$what: $problem; gave up after $RETRY_SECONDS s"
    ((SECONDS < tell)) || { say "$what: $problem; trying again" && tell=$((SECONDS + 15)); }
    sleep "$RETRY_PAUSE"
  done
}

# imds PATH…: prints each answer and a newline. The token is no argument: others read those in /proc.
imds() {
  local ask=(curl -fsS --noproxy '*' --connect-timeout 2 --max-time 10 -w '\n' -K -) token
  token=$("${ask[@]}" -X PUT "$METADATA/latest/api/token" \
    <<<'header = "X-aws-ec2-metadata-token-ttl-seconds: 60"' 2>"$work/errors") &&
    "${ask[@]}" "${@/#/$METADATA/latest/meta-data/}" \
      <<<"header = \"X-aws-ec2-metadata-token: $token\"" 2>"$work/errors"
}

read_identity() {
  local answer
  answer=$(imds instance-id placement/availability-zone) ||
    { problem="the metadata service does not answer: $(tail -n 1 "$work/errors")" && return 1; }
  instance_id=${answer%%$'\n'*} zone=${answer##*$'\n'}
}

# Sets what curl signs with, as lines of its configuration.
read_credentials() {
  local role json name value=()
  problem='the metadata service has no credentials of a role'
  role=$(imds iam/security-credentials/) && json=$(imds "iam/security-credentials/${role%%$'\n'*}") || return 1
  for name in AccessKeyId SecretAccessKey Token; do
    [[ $json =~ \"$name\"[[:space:]]*:[[:space:]]*\"([^\"]+)\" ]] || return 1
    value+=("${BASH_REMATCH[1]}")
  done
  printf -v credentials 'user = "%s:%s"\nheader = "x-amz-security-token: %s"\n' "${value[@]}"
}

# aws SERVICE PATH FILE CURL-ARGUMENT…: one signed request, its answer in FILE.
aws() {
  local service=$1 path=$2 file=$3 url domain=amazonaws.com answer body
  shift 3
  [[ $AWS_REGION != cn-* ]] || domain=$domain.cn
  if [[ -n ${AWS_ENDPOINT_URL:-} ]]; then
    url=${AWS_ENDPOINT_URL%/}/$path # one address: the bucket goes into the path
  elif [[ $service == s3 ]]; then
    url=https://${path%%/*}.s3.$AWS_REGION.$domain/${path#*/}
  else
    url=https://$service.$AWS_REGION.$domain/$path
  fi
  read_credentials || return 1
  answer=$(curl -s --connect-timeout 5 --speed-limit 1000 --speed-time 20 -o "$file" \
    -w '%{http_code} %{errormsg}' --aws-sigv4 "aws:amz:$AWS_REGION:$service" -K - "$@" "$url" <<<"$credentials") ||
    { problem=${answer#* } && return 1; }
  [[ $answer != 2* ]] || return 0
  body=$(head -c 400 "$file" | tr -d '\0' | tr '\n' ' ')
  problem="answered ${answer%% *}: $body"
  # Only these pass with time: a role is new, a bucket's versions are (15 minutes, says S3), a service is busy. JSON
  # services refuse with 400 and a name.
  [[ ! $answer =~ ^(403|404|429|5) && ! $body =~ (AccessDenied|UnrecognizedClient|Throttling|ExpiredToken) ]] || return 1
  return 2
}

# fetch_object KEY VERSION-ID SHA256 FILE. An object of before its bucket had versions has no id.
fetch_object() {
  local version=${2//+/%2B}
  version=${version//\//%2F}
  retry "s3://$RELEASE_BUCKET/$1" aws s3 "$RELEASE_BUCKET/$1${version:+?versionId=$version}" "$4" \
    -H 'x-amz-content-sha256: UNSIGNED-PAYLOAD'
  local sum
  sum=$(sha256sum <"$4")
  [[ ${sum%% *} == "$3" ]] || fail "s3://$RELEASE_BUCKET/$1 has SHA-256 ${sum%% *} and $3 was expected"
}

# A folder appears whole or not at all: it is made under another name, brought to the disk, and renamed.
keep_folder() {
  find "$1" -type f -exec sync {} +
  mv -T "$1" "$2"
}

fetch_node() {
  local new=$koa/node/.$NODE_SHA256
  [[ ! -e $koa/node/$NODE_SHA256 ]] || return 0
  fetch_object "$NODE_KEY" "$NODE_VERSION_ID" "$NODE_SHA256" "$work/node.tgz"
  mkdir "$new"
  tar -xzf "$work/node.tgz" -C "$new" --strip-components=1 --no-same-owner package/bin/node
  keep_folder "$new" "$koa/node/$NODE_SHA256"
}

fetch_release() {
  local new=$koa/releases/.$RELEASE_SHA256
  [[ ! -e $koa/releases/$RELEASE_SHA256 ]] || return 0
  fetch_object "$RELEASE_KEY" "$RELEASE_VERSION_ID" "$RELEASE_SHA256" "$work/app.tar.gz"
  mkdir "$new"
  tar -xzf "$work/app.tar.gz" -C "$new" --no-same-owner
  # Which Node it runs on is kept with it, for the day it is activated again.
  ln -s "../../node/$NODE_SHA256/bin/node" "$new/node"
  keep_folder "$new" "$koa/releases/$RELEASE_SHA256"
}

# in_parallel FUNCTION…: waits for all, and fails if one did.
in_parallel() {
  local jobs=() job failed=0
  for job; do
    "$job" &
    jobs+=($!)
  done
  for job in "${jobs[@]}"; do wait "$job" || failed=1; done
  ((failed == 0)) || exit 1
}

# complete CONTINUE|ABANDON: tells the launch hook. There is none open at a reboot, and in a group without one.
complete() {
  [[ -n $LIFECYCLE_HOOK ]] || return 0
  local data=Action=CompleteLifecycleAction\&Version=2011-01-01\&LifecycleActionResult=$1
  data+=\&AutoScalingGroupName=$AUTO_SCALING_GROUP\&LifecycleHookName=$LIFECYCLE_HOOK\&InstanceId=$instance_id
  retry 'the lifecycle action' complete_once "$data"
}

complete_once() {
  local code=0
  aws autoscaling '' "$work/lifecycle" -d "$1" || code=$?
  [[ $code == 2 && $problem == *'No active Lifecycle Action'* ]] || return "$code"
}

# The end of both programs: a launch that failed is given up, so that the group starts another instance.
end() {
  local code=$?
  trap - ERR
  if ((code != 0)) && [[ ${abandon:-} == yes && -n ${instance_id:-} ]]; then
    say 'giving the launch up'
    (RETRY_SECONDS=$ABANDON_SECONDS && rm -f "$work/reason" && complete ABANDON) || say 'could not say ABANDON: the hook times out'
  fi
  rm -rf "$work"
  exit "$code"
}
trap end EXIT
