#!/usr/bin/env bash
# Runs exported GGUF files in llama.cpp beside Hone: token ids, greedy continuations and log-probabilities.
#
#   tests/peers/llama.sh [NAME...]
#
# NAME: arithmetic, stories, or a family (llama llama3 mistral qwen2 qwen3 gemma2 gemma3 phi3 phi3-long); default: all of them.
#   LLAMA_CPP     folder with llama-completion, llama-perplexity and llama-tokenize (needed)
#   PEERS_PYTHON  a python with numpy and safetensors (default: python3)
#   HONE_SHARED   folder with golden/tokenizers and thirdparty/stories260K; without it the arithmetic model's tokenizer serves all families
set -euo pipefail

here="$(cd "$(dirname "$0")" && pwd)"
root="$(cd "$here/../.." && pwd)"
if [[ ! -x "${LLAMA_CPP:-}/llama-completion" ]]; then
    echo "LLAMA_CPP does not name a folder with llama-completion; nothing was compared." >&2
    exit 77
fi

hone="${HONE:-$root/artifacts/bin/Hone.Cli/release/hone.dll}"
[[ -f "$hone" ]] || dotnet build -c Release "$root/src/Hone.Cli" >&2
exec "${PEERS_PYTHON:-python3}" "$here/llama.py" --hone "$hone" --root "$root" --bin "$LLAMA_CPP" "$@"
