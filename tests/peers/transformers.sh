#!/usr/bin/env bash
# Loads exported adapters and merged folders in PEFT and transformers and compares their logits with Hone's.
#
#   tests/peers/transformers.sh [FAMILY...]
#
# FAMILY: llama llama3 mistral qwen2 qwen3 gemma2 gemma3 phi3 phi3-long; default: all of them.
#   PEERS_PYTHON  a python that has torch, transformers and PEFT (needed)
#   HONE_SHARED   folder with golden/tokenizers; without it the arithmetic model's tokenizer serves all families
set -euo pipefail

here="$(cd "$(dirname "$0")" && pwd)"
root="$(cd "$here/../.." && pwd)"
if ! "${PEERS_PYTHON:-false}" -c "import torch, transformers, peft" 2> /dev/null; then
    echo "PEERS_PYTHON names no python with torch, transformers and peft; nothing was compared." >&2
    exit 77
fi

hone="${HONE:-$root/artifacts/bin/Hone.Cli/release/hone.dll}"
[[ -f "$hone" ]] || dotnet build -c Release "$root/src/Hone.Cli" >&2
exec "$PEERS_PYTHON" "$here/merged.py" --hone "$hone" --root "$root" "$@"
