#!/usr/bin/env bash
# Sweeps 31 subsets of primitives with 2 seeds each over tiny runs, kills ten children and then the parent (SIGKILL) at random moments,
# starts the same command again until it is done, and checks that every run has one result, that no result was written twice, that the
# table is complete, and that `train` of one of the experiments gives the same bits. Ends with 1 at the first difference.
#   scripts/sweep-test.sh [kills of children] [path of etrnlp]
set -euo pipefail
kills=${1:-10}
etrnlp=$(realpath "${2:-$(dirname "$0")/../EtrNlp.Cli/bin/Release/net10.0/etrnlp}")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

common='dataset: {kind: scenes, image_size: 32, train: 23, val: 8, test: 8}
tasks:
  - {name: ground, type: attributes, columns: [grass, tiles]}
  - {name: light, type: attributes, columns: [dim_light, overcast]}
backbone: {kind: resnet18, width: 0.125}
training: {batch_size: 4, epochs: 1, optimizer: {kind: adam, learning_rate: 1e-3}}'
printf 'name: base\n%s\n' "$common" >base.yaml
printf 'name: rival\n%s\noperation: {kind: nlp}\nrouting: {kind: etr, gamma: 0.5}\nbaseline: base.yaml\n' "$common" >rival.yaml
cat >sweep.yaml <<'SWEEP'
name: tiny
base: rival.yaml
combinations: {operation.primitives: [{kind: avg_pool, kernel: 9}, {kind: max_pool}, {kind: conv}, {kind: shift}, {kind: perturb}]}
seeds: [0, 1]
SWEEP
command=("$etrnlp" sweep sweep.yaml --jobs 2 --threads 1 --device cpu)

fail() {
  echo "$1" >&2
  tail -20 log >&2
  exit 1
}

results() {
  find runs -name result.json | sort
}

# The numbers of a checkpoint are all that follows its header; its header tells of time as well.
numbers() {
  local header
  header=$(od -An -t u8 -N 8 --endian=little "$1/checkpoints/last.safetensors" | tr -d ' ')
  tail -c "+$((9 + header))" "$1/checkpoints/last.safetensors" | sha256sum
  cat "$1/metrics.csv"
}

"${command[@]}" >>log 2>&1 &
parent=$!
killed=0
while ((killed < kills)) && kill -0 "$parent" 2>/dev/null; do
  sleep "$(printf '%d.%03d' $((RANDOM % 4)) $((RANDOM % 1000)))"
  child=$(pgrep -P "$parent" | shuf -n 1) || continue
  if [ -n "$child" ] && kill -KILL "$child" 2>/dev/null; then
    killed=$((killed + 1))
  fi
done
sleep 1
kill -KILL "$parent" 2>/dev/null || true
{ wait "$parent" || true; } 2>/dev/null
results | xargs -r stat -c '%n %Y %i' >before
"${command[@]}" >>log 2>&1 || fail "the second start did not end well after $killed kills"

[ "$(results | grep -vc '/base/')" = 62 ] || fail "expected 62 results, found $(results | grep -vc '/base/')"
results | xargs stat -c '%n %Y %i' | sort >after
[ -z "$(sort before | comm -23 - after)" ] || fail 'a result that was there has been written again'
[ "$(grep -c '^primitives=.*,2,,' runs/tiny/table.csv)" = 31 ] || fail 'the table is not complete'
! grep -q 'no result' runs/tiny/table.md || fail 'the table names missing seeds'
"$etrnlp" train rival.yaml --quiet --threads 1 --device cpu --runs own --set 'seeds=[1]' --set 'operation.primitives=[{kind: conv}, {kind: shift}]' >>log 2>&1 || fail 'train failed'
[ "$(numbers own/rival/seed-1)" = "$(numbers runs/tiny/primitives=conv+shift/seed-1)" ] || fail 'train gives other bits'
echo "$killed children and the parent killed: 62 results, none twice, the table complete, the same bits as train"
