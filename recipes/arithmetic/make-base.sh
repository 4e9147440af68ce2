#!/usr/bin/env bash
# Makes models/arithmetic and the recipe's data files again, bit for bit on the instruction-set tier named in models/arithmetic/ORIGIN.md.
# Usage: recipes/arithmetic/make-base.sh FOLDER   (a new folder; nothing in the repository is touched)
set -euo pipefail

out=${1:?"name a new folder for the data, the tokenizer and the models"}
root=$(cd "$(dirname "$0")/../.." && pwd)
program=$root/artifacts/bin/Hone.Cli/release/hone.dll
[ -f "$program" ] || dotnet build "$root/src/Hone.Cli" -c Release
hone() { dotnet "$program" "$@"; }

hone recipe arithmetic --seed 1 --out "$out/data"
hone tokenizer train "$out/data/tokenizer-corpus.txt" --vocabulary 384 --out "$out/tokenizer"
hone model random --seed 1 --tokenizer "$out/tokenizer" --hidden 128 --layers 3 --heads 4 --kv-heads 2 --head-width 32 \
  --feed-forward 256 --out "$out/random"
hone sft "$out/data/pretraining.jsonl" --model "$out/random" --out "$out/pretrained" --type f32 --seed 1 \
  --optimizer muon --muon-rate 0.02 --learning-rate 3e-3 --warmup 20 --batch 64 --steps 1100
hone sft "$out/data/writers.jsonl" --model "$out/pretrained" --out "$out/arithmetic" --type bf16 --seed 1 \
  --optimizer muon --muon-rate 0.005 --learning-rate 1e-3 --warmup 5 --batch 64
sha256sum "$out/arithmetic/model.safetensors"
