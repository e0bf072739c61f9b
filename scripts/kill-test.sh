#!/usr/bin/env bash
# Kills a small run and its baseline (SIGKILL) at random moments, continues them by the same command until they are done, and compares
# weights, metrics and results with those of a run that was left alone. Ends with 1 at the first difference.
#   scripts/kill-test.sh [kills] [longest life of a process in milliseconds] [path of etrnlp]
set -euo pipefail
kills=${1:-200}
life=${2:-2500}
etrnlp=${3:-$(dirname "$0")/../EtrNlp.Cli/bin/Release/net10.0/etrnlp}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

common='dataset: {kind: scenes, image_size: 32, train: 23, val: 8, test: 8}
tasks:
  - {name: ground, type: attributes, columns: [grass, tiles]}
  - {name: light, type: attributes, columns: [dim_light, overcast]}
backbone: {kind: resnet18, width: 0.125}
training: {batch_size: 4, epochs: 3, optimizer: {kind: adam, learning_rate: 1e-3}}
threads: 1'
printf 'name: base\n%s\n' "$common" >"$folder/base.yaml"
printf 'name: rival\n%s\noperation: {kind: nlp}\nrouting: {kind: etr, gamma: 0.5}\nbaseline: base.yaml\n' "$common" >"$folder/rival.yaml"

# In a subshell the program takes its place, so that a kill meets it and nothing else.
train() {
  exec "$etrnlp" train "$folder/rival.yaml" --device cpu --checkpoint-every 0 --runs "$1" >"$folder/output" 2>&1
}

finish() {
  if ! (train "$1"); then
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
  local run
  for run in "$1"/{base,rival}/seed-0; do
    numbers "$run/checkpoints/last.safetensors"
    numbers "$run/checkpoints/best.safetensors"
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

finish "$folder/whole"
state "$folder/whole" >"$folder/expected"
done=0
runs=0
while ((done < kills)); do
  train "$folder/killed" &
  process=$!
  sleep "$(printf '0.%03d' $((RANDOM % 1000)))"
  sleep "$((RANDOM % (life / 1000 + 1)))"
  if kill -KILL "$process" 2>/dev/null; then
    { wait "$process" || true; } 2>/dev/null
    done=$((done + 1))
  elif wait "$process"; then
    compare
    runs=$((runs + 1))
    rm -rf "$folder/killed"
  else
    cat "$folder/output" >&2
    exit 1
  fi
done
finish "$folder/killed"
compare
echo "$done kills, $((runs + 1)) runs: the same bits every time"
