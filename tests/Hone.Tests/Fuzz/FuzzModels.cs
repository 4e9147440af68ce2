using Hone.Models.Configuration;
using Hone.Models.Weights;
using Hone.Tests.Models;

namespace Hone.Tests.Fuzz;

/// <summary>Models of some kilobytes, one for each way in which weights and configurations differ.</summary>
static class FuzzModels
{
    const string Sizes = """
        "vocab_size": 40, "hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4, "num_key_value_heads": 2,
        "head_dim": 8, "max_position_embeddings": 64, "rms_norm_eps": 1e-5, "bos_token_id": 1, "eos_token_id": [2, 3], "tie_word_embeddings": false
        """;

    static readonly Dictionary<string, string> _configs = new()
    {
        ["llama"] = """
            "architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_act": "silu", "rope_theta": 10000.0, "rope_scaling":
            {"rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0, "original_max_position_embeddings": 32}
            """,
        ["gemma3"] = """
            "architectures": ["Gemma3ForCausalLM"], "model_type": "gemma3_text", "hidden_activation": "gelu_pytorch_tanh", "query_pre_attn_scalar": 8, "sliding_window": 16,
            "layer_types": ["sliding_attention", "full_attention"], "rope_parameters": {"full_attention": {"rope_type": "linear", "factor": 2.0, "rope_theta": 1000000.0},
            "sliding_attention": {"rope_type": "default", "rope_theta": 10000.0}}
            """,
        ["phi3"] = """
            "architectures": ["Phi3ForCausalLM"], "model_type": "phi3", "hidden_act": "silu", "partial_rotary_factor": 0.5, "original_max_position_embeddings": 32,
            "rope_scaling": {"type": "longrope", "short_factor": [1.0, 1.5], "long_factor": [2.0, 3.0]}
            """,
        ["smollm3"] = """
            "architectures": ["SmolLM3ForCausalLM"], "model_type": "smollm3", "hidden_act": "silu", "no_rope_layers": [1, 0], "use_sliding_window": false,
            "rope_scaling": {"rope_type": "dynamic", "factor": 2.0}
            """,
        ["qwen3-moe"] = """
            "architectures": ["Qwen3MoeForCausalLM"], "model_type": "qwen3_moe", "hidden_act": "silu", "num_experts": 4, "num_experts_per_tok": 2,
            "moe_intermediate_size": 32, "decoder_sparse_step": 1, "mlp_only_layers": [0], "norm_topk_prob": true
            """,
        ["gpt-oss"] = """
            "architectures": ["GptOssForCausalLM"], "model_type": "gpt_oss", "hidden_act": "silu", "num_local_experts": 4, "num_experts_per_tok": 2, "sliding_window": 16,
            "quantization_config": {"quant_method": "mxfp4", "modules_to_not_convert": ["lm_head"]}, "rope_parameters": {"rope_type": "yarn", "rope_theta": 150000,
            "factor": 4.0, "beta_fast": 32.0, "beta_slow": 1.0, "truncate": false, "original_max_position_embeddings": 16}
            """,
    };

    public static IEnumerable<string> Names => _configs.Keys;

    /// <summary>config.json, generation_config.json and the weights: one file, or two with an index.</summary>
    public static void Write(TemporaryFolder folder, string name, bool sharded = false)
    {
        File.WriteAllText(folder["config.json"], "{" + _configs[name] + ", " + Sizes + "}");
        File.WriteAllText(folder["generation_config.json"], """{"eos_token_id": [2, 5], "do_sample": true, "temperature": 0.7}""");
        var random = new Random(1);
        TensorContent[] tensors = [.. DecoderTensors.All(DecoderConfigReader.Read(folder.Path)).Select(tensor => Content(tensor.Name, tensor.Shape, random))];
        if (!sharded)
        {
            SafetensorsWriter.Write(folder[WeightFiles.SingleName], tensors, new Dictionary<string, string> { ["format"] = "pt" });
            return;
        }

        string[] files = ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"];
        string FileOf(int i) => files[i % 2];
        for (int file = 0; file < files.Length; file++)
        {
            SafetensorsWriter.Write(folder[files[file]], tensors.Where((_, i) => FileOf(i) == files[file]));
        }

        string places = string.Join(", ", tensors.Select((tensor, i) => $"\"{tensor.Name}\": \"{FileOf(i)}\""));
        File.WriteAllText(folder[WeightFiles.IndexName], "{\"metadata\": {\"total_size\": 1}, \"weight_map\": {" + places + "}}");
    }

    static TensorContent Content(string name, long[] shape, Random random)
    {
        int count = (int)shape.Aggregate(1L, (product, dimension) => product * dimension);
        return ExpertTensors.IsMxfp4(name)
            ? TensorContent.Bytes(name, ElementKind.U8, shape, Enumerable.Range(0, count).Select(_ => (byte)random.Next(110, 125)).ToArray())
            : TensorContent.F32(name, shape, Enumerable.Range(0, count).Select(_ => (random.NextSingle() - 0.5f) / 4).ToArray());
    }
}
