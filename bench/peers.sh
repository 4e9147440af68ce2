#!/usr/bin/env bash
# Runs the programs that Hone is compared with, for exactly the rows of `hone bench table`, and appends their JSON lines to a file.
#
#   bench/peers.sh PEERS_FOLDER OUTPUT.jsonl [what...]
#
# PEERS_FOLDER holds torch/ (train_step.py, generate.py, gemm.py), llama.cpp/ (make_gguf.py, bench.py) and trl/grpo.py.
# what: gemm decode prompt train groups memory tiny-train tiny-decode trl; default: all of them.
#   PEERS_PYTHON     a python that has PyTorch, PEFT, TRL and gguf (default: python3)
#   PEERS_PROCESSES  processes for each figure (default: 5; trl runs once)
#   PEERS_PATIENCE   seconds that a figure waits for quiet moments on a shared machine (default: 300)
#   PEERS_MODELS     folder for the GGUF files, 3 GB (default: hone-peers in the folder for temporary files)
#   PEERS_STEPS      steps of the TRL run (default: 60)
set -euo pipefail

[[ $# -ge 2 ]] || { sed -n '2,13s/^# \{0,1\}//p' "$0" >&2; exit 2; }
peers=$1 output=$2
shift 2
all=(gemm decode prompt train groups memory tiny-train tiny-decode trl)
chosen=("$@")
[[ ${#chosen[@]} -gt 0 ]] || chosen=("${all[@]}")
for what in "${chosen[@]}"; do
    [[ " ${all[*]} " == *" $what "* ]] || { echo "There is no '$what'; choose from: ${all[*]}." >&2; exit 2; }
done
[[ -d "$peers/torch" ]] || { echo "$peers has no folder torch; name the folder that holds the peers' programs." >&2; exit 2; }

here="$(cd "$(dirname "$0")/.." && pwd)"
python="${PEERS_PYTHON:-python3}"
processes="${PEERS_PROCESSES:-5}"
patience="${PEERS_PATIENCE:-300}"
models="${PEERS_MODELS:-${TMPDIR:-/tmp}/hone-peers}"

# Appends what a program prints, once for each process.
run() {
    for ((i = 1; i <= processes; i++)); do
        echo "$* ($i of $processes)" >&2
        "$python" "$@" --patience "$patience" >> "$output"
    done
}

# $1: f32 or bf16. Prints the file's path, making the file if it is not there.
gguf() {
    local file="$models/qwen2.5-0.5b-$1.gguf"
    mkdir -p "$models"
    [[ -f "$file" ]] || "$python" "$peers/llama.cpp/make_gguf.py" --shape qwen2.5-0.5b --type "$1" "$file" >&2
    echo "$file"
}

train() { run "$peers/torch/train_step.py" --shape qwen2.5-0.5b --rank 16 --repeats 1 "$@"; }

# The quickstart's job: settings from the recipe, its held-out problems answered greedily every ten steps.
trl() {
    local recipe="$here/recipes/arithmetic" held_out
    held_out="$(mktemp)"
    head -n 200 "$recipe/test.jsonl" > "$held_out"
    # shellcheck disable=SC2046
    "$python" "$peers/trl/grpo.py" --model "$here/models/arithmetic" --data "$recipe/train.jsonl" --eval "$held_out" --eval-every 10 \
        --steps "${PEERS_STEPS:-60}" --answer-pattern '####\s*(\S+)' "$@" \
        $("$python" - "$recipe/job.json" <<'PYTHON'
import json, sys
job = json.load(open(sys.argv[1]))["hyperParameters"]
print("--prompts", job["batchSize"], "--group", job["trainingSamplePerPrompt"], "--max-tokens", job["inferenceMaxTokens"],
      "--lr", job["learningRate"], "--rank", job["loraRank"], "--alpha", job["loraAlpha"])
PYTHON
        ) >> "$output"
    rm "$held_out"
}

for what in "${chosen[@]}"; do
    case $what in
        gemm)
            for dtype in fp32 bf16; do
                for shape in "256 256" "1024 256" "2048 512" "896 896" "4864 896" "896 4864" "151936 896"; do
                    read -r n k <<< "$shape"
                    for m in 64 256 2048; do
                        run "$peers/torch/gemm.py" --m "$m" --n "$n" --k "$k" --dtype "$dtype"
                    done
                done
            done ;;
        decode) run "$peers/llama.cpp/bench.py" "$(gguf bf16)" --batch 1,8,32,128 --prompt 256 --new 64 --prompt-phase 0 --repeats 1 ;;
        prompt)
            run "$peers/llama.cpp/bench.py" "$(gguf f32)" --batch "" --prompt-phase 512
            run "$peers/llama.cpp/bench.py" "$(gguf bf16)" --batch "" --prompt-phase 512 ;;
        train)
            train --batch 4 --length 512 --dtype fp32
            train --batch 4 --length 512 --dtype bf16 ;;
        groups)
            # Rate for rate: 32 sequences of one step do not fit the memory that four of them fill.
            train --batch 4 --length 384 --completion 128 --dtype fp32
            train --batch 4 --length 384 --completion 128 --dtype bf16 ;;
        memory)
            train --batch 4 --length 512 --dtype fp32 --checkpointing
            train --batch 4 --length 512 --dtype bf16 --checkpointing ;;
        tiny-train) run "$peers/torch/train_step.py" --shape tiny --rank 16 --batch 64 --length 128 --repeats 5 ;;
        tiny-decode) run "$peers/torch/generate.py" --shape tiny --batch 64 --prompt 64 --new 64 --repeats 5 ;;
        trl)
            # Threads that wait for one another cost a model this small more than they bring: both are run, the better one counts.
            trl
            trl --threads 1 ;;
    esac
done
