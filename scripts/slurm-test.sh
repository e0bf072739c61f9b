#!/usr/bin/env bash
# Runs a sweep of 100 tiny runs on a real Slurm of two nodes on this machine and kills more than 20 times what can die:
# runs, a node's daemon, the controller, the submitting command; and warns runs that their time is up. Like a user it
# types the same command again until nothing is missing. Then it checks that there are 100 results, that none was
# written twice, that the table is complete, and that the local executor gives the same bits. Ends with 1 at the first
# difference.
#   scripts/slurm-test.sh [path of etrnlp]       needs slurm-wlm (Debian, Ubuntu); takes about 8 minutes on 2 cores
set -euo pipefail
scripts=$(cd "$(dirname "$0")" && pwd)
etrnlp=$(realpath "${1:-$scripts/../EtrNlp.Cli/bin/Release/net10.0/etrnlp}")
folder=$(mktemp -d)
cluster=$folder/cluster
export SLURM_CONF=$cluster/slurm.conf PATH=$PATH:/usr/sbin
cd "$folder"

finish() {
  [ -z "${watch:-}" ] || kill "$watch" 2>/dev/null || true
  "$scripts/slurm-cluster.sh" stop "$cluster" || true
  rm -rf "$folder"
}
trap finish EXIT

common='dataset: {kind: scenes, image_size: 32, train: 23, val: 8, test: 8}
tasks:
  - {name: ground, type: attributes, columns: [grass, tiles]}
  - {name: light, type: attributes, columns: [dim_light, overcast]}
backbone: {kind: resnet18, width: 0.125}
training: {batch_size: 4, epochs: 5, optimizer: {kind: adam, learning_rate: 1e-3}}'
printf 'name: base\n%s\n' "$common" >base.yaml
etr='operation: {kind: nlp}
routing: {kind: etr, gamma: 0.5}
baseline: base.yaml'
printf 'name: rival\n%s\n%s\n' "$common" "$etr" >rival.yaml
{
  printf 'name: tiny\nbase: rival.yaml\nseeds: [0, 1, 2, 3]\nslurm: {time: 10, checkpoint_ahead: 1}\ncases:\n'
  printf '  long: {training.epochs: 150}\n'
  for k in $(seq 0 22); do awk -v k="$k" 'BEGIN { printf "  g%d: {routing.gamma: %.2f}\n", k, k / 22 }'; done
} >sweep.yaml
command=("$etrnlp" sweep sweep.yaml --executor slurm --device cpu --checkpoint-every 1)

fail() {
  echo "$1" >&2
  tail -20 log >&2
  exit 1
}

results() {
  find "$1" -name result.json | sort
}

# The numbers of a checkpoint are all that follows its header; its header tells of time as well.
numbers() {
  local header
  header=$(od -An -t u8 -N 8 --endian=little "$1/checkpoints/last.safetensors" | tr -d ' ')
  tail -c "+$((9 + header))" "$1/checkpoints/last.safetensors" | sha256sum
  cat "$1/metrics.csv"
}

running() { squeue -h -r -t running -o '%F_%K' | grep -v N/A | shuf -n 1; }

# Slurm keeps a job that was queued again waiting for two minutes, and then behind others; and it keeps a node drained
# that its controller lost sight of.
hurry() {
  sinfo -h -N -t drain -o %N 2>/dev/null |
    while read -r node; do scontrol update "NodeName=$node" State=RESUME 2>/dev/null || true; done
  squeue -h -r -t pending -o '%F_%K %r' 2>/dev/null | awk '$2 == "BeginTime" { print $1 }' |
    while read -r job; do scontrol update "JobId=$job" StartTime=now Priority=4294966000 2>/dev/null || true; done
}

submit() { "${command[@]}" >>log 2>&1 || fail 'the command could not submit what is missing'; }

kills=0
counted() {
  kills=$((kills + 1))
  echo "$(date +%T) $kills: $1, $(results runs 2>/dev/null | wc -l) results" | tee -a log
}

kill_run() {
  local process
  process=$(pgrep -f "^$etrnlp train" | shuf -n 1) || return 1
  kill -KILL "$process" 2>/dev/null && counted "a run, process $process"
}

warn_run() {
  local job
  job=$(running)
  [ -n "$job" ] || return 1
  timeout 5 scancel --signal=USR1 --batch "$job" 2>/dev/null || true # it asks again while the job is queued anew
  counted "time is up for $job"
}

# A limit that is over soon: Slurm itself warns, a minute ahead.
limit_run() {
  local job
  job=$(running)
  [ -n "$job" ] && scontrol update "JobId=$job" TimeLimit=1 && counted "a time limit of a minute for $job"
}

cancel_run() {
  local job
  job=$(running)
  [ -n "$job" ] && scancel "$job" && counted "scancel $job"
}

# The processes of long runs on a node.
long_on() {
  local process
  for process in $(pgrep -f "^$etrnlp train .*/long/"); do
    ! tr '\0' '\n' <"/proc/$process/environ" 2>/dev/null | grep -qx "SLURMD_NODENAME=$1" || echo "$process"
  done
}

# Its long run goes on, and is started on the other node as well: the first of the two must leave without writing.
kill_node() {
  [ -n "$(long_on n2)" ] || return 1
  kill -KILL "$(cat "$cluster/run/slurmd.n2.pid")" && counted 'the daemon of a node'
  for _ in $(seq 60); do
    sinfo -h -n n2 -o %t | grep -q down && break
    sleep 1
  done
  hurry
  for process in $(long_on n1); do kill -KILL "$process" && counted "a run, process $process, to make room"; done
  for _ in $(seq 60); do
    ! grep -qs 'has taken over the run' runs/tiny/.slurm/*/log/*.log || break
    sleep 1
  done
  slurmd -N n2
}

kill_controller() {
  kill -"$1" "$(cat "$cluster/run/slurmctld.pid")" && counted "the controller by SIG$1"
  sleep 2
  while pgrep -F "$cluster/run/slurmctld.pid" >/dev/null 2>&1; do sleep 0.5; done
  slurmctld
  for _ in $(seq 60); do squeue -h >/dev/null 2>&1 && break; sleep 1; done
}

kill_submitter() {
  "${command[@]}" >>log 2>&1 &
  local submitter=$!
  disown "$submitter"
  sleep "0.$((RANDOM % 6))"
  kill -KILL "$submitter" 2>/dev/null && counted 'the submitting command'
}

"$scripts/slurm-cluster.sh" start "$cluster" 2
kill_submitter || true
submit
while :; do
  results runs 2>/dev/null | xargs -r stat -c '%n %y %i' >>seen
  sleep 0.5
done &
watch=$!

plan=(kill_node kill_run warn_run kill_submitter kill_run limit_run kill_run 'kill_controller TERM' warn_run kill_run
  cancel_run kill_run kill_submitter warn_run 'kill_controller KILL' kill_run warn_run kill_run limit_run kill_run
  warn_run)
for step in "${plan[@]}"; do
  sleep "$((RANDOM % 4)).$((RANDOM % 10))"
  for _ in $(seq 120); do
    if $step; then break; fi
    [ -n "$(squeue -h 2>/dev/null)" ] || submit
    sleep 0.5
  done
  hurry
done
for _ in $(seq 20); do
  for _ in $(seq 20); do
    [ -n "$(squeue -h 2>/dev/null)" ] || break
    hurry
    sleep 1
  done
  [ "$(results runs | wc -l)" -lt 100 ] || break
  submit
done
while [ -n "$(squeue -h 2>/dev/null)" ]; do sleep 1; done
kill "$watch" 2>/dev/null || true
results runs | xargs stat -c '%n %y %i' >>seen

[ "$kills" -ge 20 ] || fail "only $kills kills"
[ "$(results runs | wc -l)" = 100 ] || fail "expected 100 results, found $(results runs | wc -l)"
[ "$(sort -u seen | wc -l)" = 100 ] || fail 'a result was written twice'
"${command[@]}" >>log 2>&1 || fail 'the command does not find everything done'
[ "$(grep -c ',4,,' runs/tiny/table.csv)" = 25 ] || fail 'the table is not complete'
cp runs/tiny/table.csv table.csv
"$etrnlp" sweep sweep.yaml --runs own --jobs 2 --threads 1 --device cpu >>log 2>&1 || fail 'the local sweep failed'
while read -r result; do
  run=$(dirname "${result#runs/}")
  [ "$(numbers "runs/$run")" = "$(numbers "own/$run")" ] || fail "$run has other bits than the local executor's"
done < <(results runs)
cmp table.csv own/tiny/table.csv || fail 'the table differs from the local one'
lost=$( (grep -hl 'has taken over the run' runs/tiny/.slurm/*/log/*.log || true) | wc -l)
echo "$kills kills: 100 results, none twice, the table complete, the bits of the local executor;" \
  "$lost runs found that another had taken over"
