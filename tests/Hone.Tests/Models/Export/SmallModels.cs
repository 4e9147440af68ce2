using System.Text.Json.Nodes;
using Hone.Models;
using Hone.Models.Configuration;
using Hone.Models.Export;
using Hone.Models.Weights;
using Hone.Tensors;

namespace Hone.Tests.Models.Export;

/// <summary>Folders of small random models of each family, and an adapter for each.</summary>
static class SmallModels
{
    static readonly Dictionary<string, (string Architecture, string Own)> _families = new()
    {
        ["llama"] = ("LlamaForCausalLM", """{"num_key_value_heads": 4}"""),
        ["llama3"] = ("LlamaForCausalLM", """
            {"model_type": "llama", "tie_word_embeddings": true, "rope_scaling":
             {"rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0, "original_max_position_embeddings": 64}}
            """),
        ["mistral"] = ("MistralForCausalLM", """{"sliding_window": 7}"""),
        ["qwen2"] = ("Qwen2ForCausalLM", """{"tie_word_embeddings": true}"""),
        ["qwen3"] = ("Qwen3ForCausalLM", """{"head_dim": 20}"""),
        ["gemma2"] = ("Gemma2ForCausalLM", """
            {"head_dim": 20, "query_pre_attn_scalar": 24, "sliding_window": 5, "attn_logit_softcapping": 4.0, "final_logit_softcapping": 6.0,
             "hidden_act": "gelu_pytorch_tanh", "hidden_activation": "gelu_pytorch_tanh", "tie_word_embeddings": true}
            """),
        ["gemma3"] = ("Gemma3ForCausalLM", """
            {"model_type": "gemma3_text", "head_dim": 20, "query_pre_attn_scalar": 24, "sliding_window": 5, "sliding_window_pattern": 3,
             "rope_local_base_freq": 5000.0, "hidden_act": "gelu_pytorch_tanh", "hidden_activation": "gelu_pytorch_tanh", "tie_word_embeddings": true}
            """),
        ["phi3"] = ("Phi3ForCausalLM", """
            {"max_position_embeddings": 256, "original_max_position_embeddings": 64, "partial_rotary_factor": 0.5,
             "rope_scaling": {"type": "longrope", "short_factor": [1.0, 1.1, 1.2, 1.3], "long_factor": [1.5, 2.5, 3.5, 4.5]}}
            """),
    };

    public static TheoryData<string> Families => [.. _families.Keys];

    /// <summary>Writes the model's folder with weights of that kind.</summary>
    public static string Write(TemporaryFolder folder, string family, ElementKind kind = ElementKind.F32)
    {
        var (architecture, own) = _families[family];
        var config = JsonNode.Parse("""
            {"vocab_size": 83, "hidden_size": 64, "intermediate_size": 96, "num_hidden_layers": 3, "num_attention_heads": 4, "num_key_value_heads": 2,
             "max_position_embeddings": 128, "rms_norm_eps": 1e-5, "rope_theta": 10000.0, "hidden_act": "silu", "tie_word_embeddings": false,
             "bos_token_id": 1, "eos_token_id": 2}
            """)!.AsObject();
        config["architectures"] = new JsonArray(architecture);
        config["model_type"] = family;
        foreach (var (key, value) in JsonNode.Parse(own)!.AsObject())
        {
            config[key] = value?.DeepClone();
        }

        string path = folder["like.json"], model = folder["model"];
        File.WriteAllText(path, config.ToJsonString());
        Directory.CreateDirectory(model);
        var weights = new RandomWeights(DecoderConfigReader.ReadFiles(path, folder["none"]), seed: 4);
        SafetensorsExport.Write(weights, path, model, kind, maxShardBytes: long.MaxValue);
        return model;
    }

    /// <summary>An adapter of every linear layer whose two factors are random.</summary>
    public static string WriteAdapter(TemporaryFolder folder, string model)
    {
        using var decoder = DecoderLoader.Load(model, new CpuDevice());
        using var adapter = LoraAdapter.Create(decoder, new AdapterConfig { Rank = 3, Alpha = 7, UseRsLora = true }, seed: 2);
        RandomDecoder.Perturb(decoder, adapter, seed: 3, scale: 0.1);
        adapter.Save(folder["adapter"]);
        return folder["adapter"];
    }

    public static float[] Logits(Decoder decoder)
    {
        int[] ids = [.. Enumerable.Range(0, 40).Select(i => (i * i * 7 + 3) % 83)];
        return Hone.Training.Exporting.SequenceScores.Logits(decoder, ids);
    }
}
