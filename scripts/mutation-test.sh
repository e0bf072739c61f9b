#!/bin/sh
# Damages tables, images, packs and checkpoints at random, 10,000 times each, with fixed seeds: each must be refused in one
# sentence or read as it was written. Takes some minutes; the suite itself does 300 of each.
set -eu
cd "$(dirname "$0")/.."
dotnet test -c Release --filter "FullyQualifiedName~MutationTests&Name~10000"
