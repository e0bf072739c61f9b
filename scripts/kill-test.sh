#!/usr/bin/env bash
# Kills small runs and their baselines (SIGKILL) at random moments, continues them by the same command until they are done,
# and compares weights, metrics and results with those of runs that were left alone: first attributes in steady-state steps,
# of which the best checkpoint is reported, then dense tasks in synchronized steps, of which the last evaluations are. Half
# of the kills go to each. Ends with 1 at the first difference, or if too few of 200 or more kills met what is hard: the
# middle of an epoch, a checkpoint being written, an evaluation, the baseline.
#   scripts/kill-test.sh [kills] [longest life of a process in milliseconds] [path of etrnlp]
set -euo pipefail
kills=${1:-200}
life=${2:-2500}
etrnlp=${3:-$(dirname "$0")/../EtrNlp.Cli/bin/Release/net10.0/etrnlp}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

training='training: {batch_size: 4, epochs: 3, optimizer: {kind: adam, learning_rate: 1e-3}}
threads: 1'
attributes="dataset: {kind: scenes, image_size: 32, train: 23, val: 8, test: 8}
tasks:
  - {name: ground, type: attributes, columns: [grass, tiles]}
  - {name: light, type: attributes, columns: [dim_light, overcast]}
backbone: {kind: resnet18, width: 0.125}
$training"
dense="dataset: {kind: scenes, image_size: [8, 12], train: 23, val: 8, test: 8}
tasks:
  - {name: solid, type: classes, classes: [ground, road, wall, block, ball]}
  - {name: depth, type: depth}
  - {name: normals, type: normals}
backbone: {kind: segnet, width: 0.125}
$training"

# The experiment of a kind and its baseline; the update is that of the kind.
experiment() {
  rm -rf "$folder/killed" "$folder/whole"
  printf 'name: base\n%s\n' "$1" >"$folder/base.yaml"
  printf 'name: rival\n%s\noperation: {kind: nlp}\nrouting: {kind: etr, gamma: 0.5}\nbaseline: base.yaml\n' "$1" >"$folder/rival.yaml"
}

# In a subshell the program takes its place, so that a kill meets it and nothing else.
train() {
  exec "$etrnlp" train "$folder/rival.yaml" --device cpu --runs "$@" >"$folder/output" 2>&1
}

finish() {
  if ! (train "$@"); then
    cat "$folder/output" >&2
    exit 1
  fi
}

# The numbers of a checkpoint are all that follows its header; its header tells of time as well.
numbers() {
  local header
  header=$(od -An -t u8 -N 8 --endian=little "$1" | tr -d ' ')
  tail -c "+$((9 + header))" "$1" | sha256sum
}

state() {
  local run best
  for run in "$1"/{base,rival}/seed-0; do
    best=$run/checkpoints/best.safetensors
    numbers "$run/checkpoints/last.safetensors"
    [ ! -f "$best" ] || numbers "$best" # dense tasks have none
    cat "$run/metrics.csv"
    grep -vE '"(seconds|images_per_second|peak_memory_bytes)":' "$run/result.json"
  done
}

compare() {
  state "$folder/killed" >"$folder/actual"
  if ! diff "$folder/expected" "$folder/actual"; then
    echo "different after $done kills" >&2
    exit 1
  fi
}

# What the killed process was doing, as its files tell; what it has not touched is older than its start.
phase() {
  local run=$1 last=$1/checkpoints/last.safetensors
  if [ -n "$(find "$run/checkpoints" -name '*.tmp' -newer "$folder/start" 2>/dev/null)" ]; then
    echo checkpoint
  elif [ "$run/metrics.csv" -nt "$folder/start" ] && tail -n 1 "$run/metrics.csv" | grep -q '^[0-9]*,train,'; then
    echo evaluation # the losses of an epoch are there, its evaluation is not
  elif [ "$last" -nt "$folder/start" ] && ! head -c 1000 "$last" | grep -aq 'Batch\\u0022:0,'; then
    echo epoch
  else
    echo other
  fi
}

count() {
  if [ -f "$folder/killed/base/seed-0/result.json" ]; then
    phase "$folder/killed/rival/seed-0" >>"$folder/phases"
  else
    echo baseline >>"$folder/phases"
    phase "$folder/killed/base/seed-0" >>"$folder/phases"
  fi
}

met() {
  grep -c "^$1$" "$folder/phases" || true
}

require() {
  if ((done >= 200 && $(met "$1") < $2)); then
    echo "$(met "$1") kills met: $1; expected at least $2" >&2
    exit 1
  fi
}

# Kills runs of the experiment that is there until that many have been killed.
kill_until() {
  local process code
  while ((done < $1)); do
    touch "$folder/start"
    train "$folder/killed" --checkpoint-every 0 &
    process=$!
    sleep "$((RANDOM % life))e-3"
    kill -KILL "$process" 2>/dev/null || true
    code=0
    { wait "$process" || code=$?; } 2>/dev/null
    if ((code == 137)); then
      done=$((done + 1))
      count
    elif ((code == 0)); then
      compare
      runs=$((runs + 1))
      rm -rf "$folder/killed"
    else
      cat "$folder/output" >&2
      exit 1
    fi
  done
}

: >"$folder/phases"
done=0
runs=0
kinds=("$attributes" "$dense")
for ((kind = 0; kind < ${#kinds[@]}; kind++)); do
  experiment "${kinds[kind]}"
  finish "$folder/whole"
  state "$folder/whole" >"$folder/expected"
  kill_until $((kills * (kind + 1) / ${#kinds[@]}))
  finish "$folder/killed"
  compare
  runs=$((runs + 1))
done
echo "$done kills, $runs runs: the same bits every time"
echo "of these $(met epoch) inside an epoch after a checkpoint inside it, $(met checkpoint) while a checkpoint was written, $(met evaluation) in an evaluation, $(met baseline) while the baseline trained"
require epoch 8
require checkpoint 3
require evaluation 2
require baseline 2
