#!/usr/bin/env bash
# Trains a small ETR-NLP network for 2,000 steps or more, with an evaluation and a checkpoint after every 20, and reads its resident memory each second.
# Ends with 1 where the mean of the last quarter of the readings is more than 2 % above that of the second (the first is that of warming up).
#   scripts/memory-test.sh [epochs of 20 steps] [path of etrnlp]
set -euo pipefail
epochs=${1:-100}
etrnlp=${2:-$(dirname "$0")/../EtrNlp.Cli/bin/Release/net10.0/etrnlp}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

cat >"$folder/small.yaml" <<EXPERIMENT
name: small
dataset: {kind: scenes, image_size: 32, train: 160, val: 16, test: 16}
tasks:
  - {name: ground, type: attributes, columns: [grass, tiles]}
  - {name: light, type: attributes, columns: [dim_light, overcast]}
backbone: {kind: resnet18, width: 0.25}
operation: {kind: nlp}
routing: {kind: etr, gamma: 0.9}
training: {batch_size: 8, epochs: $epochs, optimizer: {kind: adam, learning_rate: 1e-3}}
threads: 1
EXPERIMENT

"$etrnlp" train "$folder/small.yaml" --device cpu --quiet --runs "$folder/runs" &
process=$!
while kill -0 "$process" 2>/dev/null; do
  grep VmRSS "/proc/$process/status" 2>/dev/null || true
  sleep 1
done >"$folder/memory"
wait "$process"

awk '
  { kib[NR] = $2 }
  function mean(from, to,   sum, i) { for (i = from + 1; i <= to; i++) sum += kib[i]; return sum / (to - from) }
  END {
    quarter = int(NR / 4)
    if (quarter < 5) { print NR " readings are too few, train more epochs"; exit 1 }
    early = mean(quarter, 2 * quarter); late = mean(NR - quarter, NR)
    printf "%d readings: %.1f MiB in the second quarter, %.1f MiB in the last\n", NR, early / 1024, late / 1024
    exit late > 1.02 * early
  }' "$folder/memory"
