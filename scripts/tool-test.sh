#!/usr/bin/env bash
# Packs the program as a .NET tool, installs the package into a temporary folder, and starts and trains with it there.
set -euo pipefail
cd "$(dirname "$0")/.."

most_bytes=250000000
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

dotnet pack EtrNlp.Cli -c Release -o "$work/packages"
bytes=$(stat -c %s "$work"/packages/etrnlp.*.nupkg)
echo "the package has $bytes bytes"
[ "$bytes" -le "$most_bytes" ]

NUGET_PACKAGES="$work/nuget" dotnet tool install etrnlp --tool-path "$work/tools" --source "$work/packages"
"$work/tools/etrnlp" info
"$work/tools/etrnlp" train experiments/smoke.yaml --runs "$work/runs"
