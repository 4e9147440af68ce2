using System.Text.Json.Nodes;
using Hone.Models;
using Hone.Models.Configuration;
using Hone.Models.Weights;
using Hone.Tensors;

namespace Hone.Tests.Models.Configuration;

/// <summary>Configurations that would fill the memory, or wrap around, before any weight is looked at.</summary>
public sealed class HostileConfigTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("num_hidden_layers", "2147483647", "num_hidden_layers is 2147483647; Hone runs up to 4096.")]
    [InlineData("num_hidden_layers", "1e18", "num_hidden_layers is 1E+18, expected a whole number of 1 or more.")]
    [InlineData("head_dim", "1073741824", "the width of all queries, keys and values is 8589934592")]
    [InlineData("intermediate_size", "2147483647", "twice the width of the feed-forward block is 4294967294")]
    [InlineData("rms_norm_eps", "1e-300", "rms_norm_eps is 1E-300, expected a number above 0.")]
    [InlineData("rope_theta", "1e300", "rope_theta is 1E+300, expected a number above 0.")]
    [InlineData("hidden_act", "\"\\ud800\"", "half of a surrogate pair")]
    public void A_size_that_no_model_has_is_refused(string key, string value, string reason)
    {
        File.WriteAllText(_folder["config.json"], Config().ToJsonString().Replace("\"KEY\":\"\"", $"\"{key}\":{value}", StringComparison.Ordinal));

        Assert.Contains(reason, Refusal().Message);

        JsonObject Config()
        {
            var config = JsonNode.Parse(File.ReadAllText(Path.Combine(GoldenModels.Folder("qwen3"), "config.json")))!.AsObject();
            config.Remove(key);
            config["KEY"] = "";
            return config;
        }
    }

    [Fact]
    public void A_file_of_hundreds_of_megabytes_is_not_read()
    {
        using (var file = File.Create(_folder["config.json"]))
        {
            file.SetLength(200L << 20);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Contains("209,715,200 bytes, but 134,217,728 are the most", Refusal().Message);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1 << 20);
    }

    [Fact]
    public void Bytes_that_are_no_text_are_refused()
    {
        File.WriteAllBytes(_folder["config.json"], [.. "{\"model_type\": \""u8, 0xFF, .. "\"}"u8]);

        Assert.Contains("no UTF-8", Refusal().Message);
    }

    [Fact]
    public void Deep_nesting_is_refused()
    {
        File.WriteAllText(_folder["config.json"], "{\"a\":" + new string('[', 100_000));

        Assert.Contains("no JSON at line 1", Refusal().Message);
    }

    [Fact]
    public void Of_millions_of_missing_tensors_the_first_are_named()
    {
        File.WriteAllText(_folder["config.json"], """
            {"architectures": ["Qwen3MoeForCausalLM"], "model_type": "qwen3_moe", "vocab_size": 9, "hidden_size": 4, "intermediate_size": 4, "num_hidden_layers": 4096,
             "num_attention_heads": 1, "num_key_value_heads": 1, "head_dim": 4, "hidden_act": "silu", "num_experts": 4096, "num_experts_per_tok": 2, "moe_intermediate_size": 4}
            """);
        SafetensorsWriter.Write(_folder["model.safetensors"], [TensorContent.F32("x", [1], new float[1])]);

        var refusal = Assert.Throws<ModelFileException>(() => DecoderLoader.Load(_folder.Path, new CpuDevice()));

        Assert.Equal(10_001, refusal.Problems.Count);
        Assert.Contains("There are more", refusal.Problems[^1]);
    }

    [Fact]
    public void Every_tensor_with_numbers_that_are_none_is_named()
    {
        File.Copy(Path.Combine(GoldenModels.Folder("llama3"), "config.json"), _folder["config.json"]);
        var config = DecoderConfigReader.Read(_folder.Path);
        string[] broken = ["model.layers.0.self_attn.q_proj.weight", "model.norm.weight"];
        SafetensorsWriter.Write(_folder["model.safetensors"], DecoderTensors.All(config).Select(tensor =>
        {
            float[] values = new float[tensor.Shape.Aggregate(1L, (product, dimension) => product * dimension)];
            values[^1] = broken.Contains(tensor.Name) ? float.NaN : 0;
            return TensorContent.F32(tensor.Name, tensor.Shape, values);
        }));

        var refusal = Assert.Throws<ModelFileException>(() => DecoderLoader.Load(_folder.Path, new CpuDevice()));

        Assert.All(broken, name => Assert.Contains(name, refusal.Message));
        Assert.Contains("NaN or infinity", refusal.Message);
    }

    ModelFileException Refusal() => Assert.Throws<ModelFileException>(() => DecoderConfigReader.Read(_folder.Path));
}
