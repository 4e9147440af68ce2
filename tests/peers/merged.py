"""Compares exported adapters and merged folders in PEFT and transformers with what Hone makes of the same files. Run by transformers.sh."""

import argparse
import json
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

import torch
import transformers
from peft import LoraConfig, PeftModel, get_peft_model
from safetensors.numpy import load_file
from transformers import AutoModelForCausalLM

import families

TOLERANCE = 1e-4
transformers.logging.set_verbosity_error()
transformers.logging.disable_progress_bar()
warnings.filterwarnings("ignore")

# What adapters from elsewhere look like.
ADAPTERS = {
    "all-linear": {"r": 6, "lora_alpha": 12, "target_modules": "all-linear"},
    "subset": {"r": 3, "lora_alpha": 8, "target_modules": ["o_proj", "down_proj"], "use_rslora": True},
    "patterns": {"r": 4, "lora_alpha": 4, "target_modules": r".*\.layers\.[01]\..*(o|down)_proj", "rank_pattern": {"o_proj": 2},
                 "alpha_pattern": {r"layers\.1\.mlp\.down_proj": 16}},
}


def arguments():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("names", nargs="*")
    options.add_argument("--hone", required=True)
    options.add_argument("--root", type=Path, required=True)
    return options.parse_args()


def hone(options, *arguments):
    done = subprocess.run(["dotnet", options.hone, *map(str, arguments), "--json"], capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"hone {' '.join(map(str, arguments))} failed:\n{done.stderr}")
    return json.loads(done.stdout.strip().splitlines()[-1])


def load(folder):
    return AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()


def make_adapter(base, settings, folder):
    """An adapter whose B is not zero, saved by PEFT itself."""
    torch.manual_seed(1)
    model = get_peft_model(load(base), LoraConfig(task_type="CAUSAL_LM", **settings))
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if "lora_B" in name:
                parameter.normal_(std=0.2)
    model.save_pretrained(folder)


@torch.no_grad()
def largest(model, record):
    """The largest difference of logits over the recorded sequences."""
    sequences = json.loads((record / "case.json").read_text())["sequences"]
    tensors = load_file(record / "expected.safetensors")
    return max(
        float((model(torch.tensor([sequence["ids"]]), use_cache=False).logits[0] - torch.from_numpy(tensors[f"logits.{i}"])).abs().max())
        for i, sequence in enumerate(sequences))


def check(options, family, work):
    tokenizer, base = families.tokenizer_of(family, options.root), work / "model"
    families.write_config(work / "like", family, tokenizer)
    hone(options, "model", "random", "--like", work / "like", "--tokenizer", tokenizer, "--out", base, "--seed", 5)
    for name, settings in ADAPTERS.items():
        adapter = work / f"adapter-{name}"
        make_adapter(base, settings, adapter)
        for form, kind, *more in (("adapter", "f32"), ("safetensors", "f32", "--max-shard-size", "150KB"), ("safetensors", "bf16")):
            out, record = work / f"{name}-{form}-{kind}", work / f"record-{name}-{form}-{kind}"
            report = hone(options, "export", base, "--adapter", adapter, "--format", form, "--type", kind, "--out", out, "--record", record, *more)
            model = PeftModel.from_pretrained(load(base), out).eval() if form == "adapter" else load(out)
            difference = largest(model, record)
            print(f"{family:10} {name:10} {form:11} {kind:4} logits {difference:.1e}, log-probabilities to the model that was exported "
                  f"{report['largestDifference']:.1e}", flush=True)
            if not difference <= TOLERANCE:
                yield f"{family} {name} {form} {kind}: logits differ by {difference:.1e}, more than {TOLERANCE:.0e}"


def main():
    options = arguments()
    problems = []
    for family in options.names or families.FAMILIES:
        with tempfile.TemporaryDirectory() as folder:
            try:
                problems += check(options, family, Path(folder))
            except RuntimeError as failure:
                problems.append(f"{family}: {failure}")
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
