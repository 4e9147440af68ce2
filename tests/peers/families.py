"""Small configurations of each family that a GGUF file can hold, and the tokenizers that go with them."""

import json
import os
from pathlib import Path

SIZES = {"vocab_size": 0, "hidden_size": 64, "intermediate_size": 128, "num_hidden_layers": 3, "num_attention_heads": 4,
         "num_key_value_heads": 2, "max_position_embeddings": 512, "rms_norm_eps": 1e-6, "rope_theta": 10000.0,
         "attention_dropout": 0.0, "torch_dtype": "float32", "bos_token_id": None, "eos_token_id": None}
LLAMA3 = {"rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0, "original_max_position_embeddings": 64}
LONG = {"type": "longrope", "short_factor": [1.0 + 0.1 * j for j in range(6)], "long_factor": [1.5 + 0.3 * j for j in range(6)]}

# Family, architecture, what differs from SIZES, tokenizer. Windows are longer than the texts where llama.cpp has none.
FAMILIES = {
    "llama": ("LlamaForCausalLM", {"model_type": "llama", "tie_word_embeddings": False, "num_key_value_heads": 4}, "spm-bpe-legacy"),
    "llama3": ("LlamaForCausalLM", {"model_type": "llama", "tie_word_embeddings": True, "head_dim": 20, "rope_scaling": LLAMA3}, "bytelevel-llama3"),
    "mistral": ("MistralForCausalLM", {"model_type": "mistral", "tie_word_embeddings": False, "sliding_window": 500}, "spm-bpe-legacy"),
    "qwen2": ("Qwen2ForCausalLM", {"model_type": "qwen2", "tie_word_embeddings": True, "use_sliding_window": False}, "bytelevel-qwen2"),
    "qwen3": ("Qwen3ForCausalLM", {"model_type": "qwen3", "tie_word_embeddings": False, "head_dim": 24}, "bytelevel-qwen2"),
    "gemma2": ("Gemma2ForCausalLM", {"model_type": "gemma2", "head_dim": 24, "query_pre_attn_scalar": 20, "sliding_window": 16, "num_hidden_layers": 4,
               "attn_logit_softcapping": 5.0, "final_logit_softcapping": 7.0, "hidden_activation": "gelu_pytorch_tanh"}, "spm-bpe-gemma"),
    "gemma3": ("Gemma3ForCausalLM", {"model_type": "gemma3_text", "head_dim": 24, "query_pre_attn_scalar": 20, "sliding_window": 16,
               "num_hidden_layers": 7, "sliding_window_pattern": 6, "rope_theta": 1000000.0, "rope_local_base_freq": 10000.0,
               "rope_scaling": {"rope_type": "linear", "factor": 4.0}, "hidden_activation": "gelu_pytorch_tanh"}, "spm-bpe-gemma"),
    "phi3": ("Phi3ForCausalLM", {"model_type": "phi3", "tie_word_embeddings": False, "sliding_window": 500, "original_max_position_embeddings": 512}, "spm-bpe-legacy"),
    "phi3-long": ("Phi3ForCausalLM", {"model_type": "phi3", "tie_word_embeddings": True, "partial_rotary_factor": 0.75, "sliding_window": None,
                  "max_position_embeddings": 2048, "original_max_position_embeddings": 512, "rope_scaling": LONG}, "bytelevel-llama3"),
}


def write_config(folder: Path, family: str, tokenizer: Path) -> None:
    """Writes config.json for a family with the vocabulary of a tokenizer."""
    architecture, differences, _ = FAMILIES[family]
    config = {"architectures": [architecture], **SIZES, **differences, "vocab_size": vocabulary_size(tokenizer)}
    config["bos_token_id"], config["eos_token_id"], config["pad_token_id"] = 1, 2, 0
    if config["model_type"].startswith("gemma"):
        config["hidden_act"] = "gelu_pytorch_tanh"
    else:
        config["hidden_act"] = "silu"
    folder.mkdir(parents=True)
    (folder / "config.json").write_text(json.dumps(config, indent=2))


def vocabulary_size(tokenizer: Path) -> int:
    file = json.loads((tokenizer / "tokenizer.json").read_text())
    ids = list(file["model"]["vocab"].values()) + [token["id"] for token in file["added_tokens"]]
    return max(ids) + 1


def tokenizer_of(family: str, root: Path) -> Path:
    shared = os.environ.get("HONE_SHARED")
    return Path(shared) / "golden" / "tokenizers" / FAMILIES[family][2] if shared else root / "models" / "arithmetic"
