"""Compares exported GGUF files in llama.cpp with what Hone makes of the same files. Run by llama.sh."""

import argparse
import json
import os
import re
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file

import families

TEXT = ("Once upon a time there was a little girl who lived near the forest. She had 12 apples and gave 7 of them to her friends, so she had "
        "5 left. Every morning she walked down to the river, where the water was cold and clear, and she counted the fish that came by. "
        "One day a big brown bear sat on the other side. Hello, said the bear, what is your name? The girl was not afraid. My name is Lily, "
        "she said, and I have 3 apples in my bag. Would you like one? The bear smiled and ate all of them. Then they played until the sun "
        "went down, and the girl ran home to tell her mother about it. Her mother laughed: a bear that talks and eats apples!")
PROMPTS = ["Once upon a time", "What is 12 + 7?", "The river was cold and", "Hello, said the bear"]
CONTEXT = 64
LEAD = 0.001


def arguments():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("names", nargs="*")
    options.add_argument("--hone", required=True)
    options.add_argument("--root", type=Path, required=True)
    options.add_argument("--bin", type=Path, required=True)
    return options.parse_args()


class Peer:
    """llama.cpp's programs with F32 caches and no fast attention, one thread."""

    COMMON = ["-ctk", "f32", "-ctv", "f32", "-fa", "off", "-t", "1", "--no-warmup"]

    def __init__(self, folder: Path):
        self.folder = folder

    def run(self, program, *arguments):
        done = subprocess.run([str(self.folder / program), *map(str, arguments)], capture_output=True, timeout=300)
        if done.returncode != 0:
            raise RuntimeError(f"{program} failed:\n{done.stderr.decode(errors='replace')[-1500:]}")
        return done.stdout

    def ids(self, model, text):
        with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
            file.write(text)
            file.flush()
            return json.loads(self.run("llama-tokenize", "-m", model, "-f", file.name, "--ids", "--log-disable"))

    def greedy(self, model, text, count):
        """The bytes of a greedy continuation, up to the first token that ends it."""
        with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
            file.write(text)
            file.flush()
            out = self.run("llama-completion", "-m", model, "-f", file.name, "-n", count, "--temp", "0", "-no-cnv", "--no-display-prompt", "-sp",
                           "--no-escape", "-c", "512", *self.COMMON)
        ended = re.fullmatch(rb"(.*) \[end of text\]\n*", out, re.DOTALL)
        return ended[1] if ended else out[:-2] if out.endswith(b"\n\n") else out

    def log_probabilities(self, model, text):
        """Ids of the first window and the log-probabilities [window/2 - 1, V] of its second half, to about 1e-4."""
        with tempfile.TemporaryDirectory() as folder:
            source, saved = Path(folder) / "text.txt", Path(folder) / "logits"
            source.write_text(text)
            self.run("llama-perplexity", "-m", model, "-f", source, "-c", CONTEXT, "-b", CONTEXT, "--chunks", "1", "--save-all-logits", saved, *self.COMMON)
            data = saved.read_bytes()
        if data[:8] != b"_logits_":
            raise RuntimeError("llama-perplexity wrote logits in a form that is not known here.")
        window, vocabulary, chunks = struct.unpack_from("<Iii", data, 8)
        ids = np.frombuffer(data, "<i4", window * chunks, 20)[:window]
        stride = 2 * ((vocabulary + 1) // 2) + 4
        rows = np.frombuffer(data, "<u2", (window - 1 - window // 2) * stride, 20 + 4 * window * chunks).reshape(-1, stride)
        scale, least = rows[:, :4].copy().view("<f4").T
        return ids, least[:, None] + scale[:, None] * rows[:, 4:4 + vocabulary].astype(np.float32)


def byte_of():
    """GPT-2's alphabet: a printable letter for each byte."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    table, extra = {chr(byte): byte for byte in plain}, 256
    for byte in range(256):
        if byte not in plain:
            table[chr(extra)] = byte
            extra += 1
    return table


class Vocabulary:
    def __init__(self, folder: Path):
        file = json.loads((folder / "tokenizer.json").read_text())
        self.texts = {token: text for text, token in file["model"]["vocab"].items()}
        self.added = {token["id"]: token["content"] for token in file["added_tokens"]}
        self.is_sentence_piece = bool(file["model"].get("byte_fallback"))
        self.alphabet = byte_of()

    def bytes(self, token):
        if token in self.added:
            return self.added[token].encode()
        text = self.texts[token]
        if not self.is_sentence_piece:
            return bytes(self.alphabet[letter] for letter in text)
        if len(text) == 6 and text.startswith("<0x"):
            return bytes([int(text[3:5], 16)])
        return text.replace("\u2581", " ").encode()


def hone(options, *arguments):
    done = subprocess.run(["dotnet", options.hone, *map(str, arguments), "--json"], capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"hone {' '.join(map(str, arguments))} failed:\n{done.stderr}")
    return json.loads(done.stdout.strip().splitlines()[-1])


def compare_greedy(vocabulary, sequence, peer_bytes):
    """None if the continuations are equal wherever the lead allows to ask, else what differs."""
    ours, at = b"", 0
    for token, lead in zip(sequence["greedy"], sequence["leads"]):
        piece = vocabulary.bytes(token)
        if peer_bytes[at:at + len(piece)] != piece:
            ended = at == len(peer_bytes)
            return None if ended or lead < LEAD else f"ours goes on with {piece!r} (lead {lead:.4f}), llama.cpp with {peer_bytes[at:at + 12]!r}"
        at += len(piece)
        ours += piece
    return None


def check(options, name, model: Path, work: Path):
    peer, vocabulary, problems = Peer(options.bin), Vocabulary(model), []
    prompts = work / "prompts.txt"
    prompts.write_text("\n".join([*PROMPTS, TEXT]) + "\n")
    for kind in ("f32", "bf16", "f16", "q8_0"):
        file, record = work / f"{kind}.gguf", work / f"record-{kind}"
        report = hone(options, "export", model, "--format", "gguf", "--type", kind, "--out", file, "--prompts", prompts, "--record", record)
        sequences = json.loads((record / "case.json").read_text())["sequences"]
        tensors = load_file(record / "expected.safetensors")
        same = 0
        for text, sequence in zip([*PROMPTS, TEXT], sequences):
            ids = peer.ids(file, text)
            if ids != sequence["ids"]:
                problems.append(f"{kind}: {text[:30]!r} has other tokens: {ids[:12]} there, {sequence['ids'][:12]} here")
                continue
            difference = compare_greedy(vocabulary, sequence, peer.greedy(file, text, len(sequence["greedy"])))
            same += difference is None
            if difference and kind == "f32":
                problems.append(f"{text[:30]!r}: {difference}")
        ids, theirs = peer.log_probabilities(file, TEXT)
        logits = tensors[f"logits.{len(PROMPTS)}"][CONTEXT // 2:CONTEXT - 1].astype(np.float64)
        ours = logits - np.log(np.exp(logits - logits.max(1, keepdims=True)).sum(1, keepdims=True)) - logits.max(1, keepdims=True)
        known = theirs > theirs.min(1, keepdims=True)
        largest = float(np.abs(np.where(known, ours - theirs, 0)).max())
        print(f"{name:11} {kind:5} greedy {same}/{len(sequences)}, log-probabilities here and there {largest:.1e}, "
              f"to the model that was exported {report['largestDifference']:.1e}", flush=True)
    return [f"{name}: {problem}" for problem in problems]


def source(options, name, work: Path):
    if name == "arithmetic":
        return options.root / "models" / "arithmetic"
    if name == "stories":
        return Path(os.environ["HONE_SHARED"]) / "thirdparty" / "stories260K" / "hf"
    tokenizer, model = families.tokenizer_of(name, options.root), work / "model"
    families.write_config(work / "like", name, tokenizer)
    hone(options, "model", "random", "--like", work / "like", "--tokenizer", tokenizer, "--out", model, "--seed", 3)
    return model


def main():
    options = arguments()
    names = options.names or ["arithmetic", *(["stories"] if os.environ.get("HONE_SHARED") else []), *families.FAMILIES]
    problems = []
    for name in names:
        with tempfile.TemporaryDirectory() as folder:
            try:
                problems += check(options, name, source(options, name, Path(folder)), Path(folder))
            except RuntimeError as failure:
                problems.append(f"{name}: {failure}")
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
