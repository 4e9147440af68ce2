using System.Text.Json.Nodes;
using Hone.Models;
using Hone.Models.Configuration;
using Hone.Models.Export;
using Hone.Models.Weights;
using Hone.Tensors;

namespace Hone.Tests.Models.Export;

public sealed class SafetensorsExportTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory, MemberData(nameof(SmallModels.Families), MemberType = typeof(SmallModels))]
    public void A_merged_folder_computes_what_base_and_adapter_compute(string family)
    {
        string model = SmallModels.Write(_folder, family), adapter = SmallModels.WriteAdapter(_folder, model);
        Export(model, adapter, ElementKind.F32, 20_000);

        using var decoder = DecoderLoader.Load(model, new CpuDevice());
        using var lora = LoraAdapter.Load(decoder, adapter);
        float[] plain = SmallModels.Logits(decoder);
        decoder.Attach(lora);
        using var merged = DecoderLoader.Load(_folder["out"], new CpuDevice());
        float[] expected = SmallModels.Logits(decoder), actual = SmallModels.Logits(merged);

        Assert.True(Directory.GetFiles(_folder["out"], "*.safetensors").Length > 3);
        Assert.InRange(Largest(expected, actual), 0, 5e-5);
        Assert.True(Largest(plain, actual) > 0.1);
    }

    [Theory, MemberData(nameof(SmallModels.Families), MemberType = typeof(SmallModels))]
    public void An_independent_reader_finds_the_sum_of_weight_and_product(string family)
    {
        string model = SmallModels.Write(_folder, family), adapter = SmallModels.WriteAdapter(_folder, model);
        Export(model, adapter, ElementKind.BF16, 30_000);

        var before = PlainSafetensors.ReadFolder(model);
        var after = PlainSafetensors.ReadFolder(_folder["out"]);
        var factors = PlainSafetensors.Read(Path.Combine(adapter, AdapterFiles.WeightsName));

        Assert.Equal(before.Keys.Order(), after.Keys.Order());
        foreach (var (name, (kind, shape, values)) in after)
        {
            Assert.Equal("BF16", kind);
            Assert.Equal(before[name].Shape, shape);
            double[] expected = Merged(name, before[name], factors);
            Assert.All(expected.Zip(values), pair => Assert.Equal(pair.First, pair.Second, Math.Max(1e-30, Math.Abs(pair.First) / 255)));
        }
    }

    [Fact]
    public void Bf16_is_rounded_to_nearest()
    {
        string model = SmallModels.Write(_folder, "qwen3");
        Export(model, null, ElementKind.BF16, long.MaxValue);

        var before = PlainSafetensors.ReadFolder(model);
        foreach (var (name, (_, _, values)) in PlainSafetensors.ReadFolder(_folder["out"]))
        {
            Assert.All(before[name].Values.Zip(values), pair => Assert.Equal((double)Nearest((float)pair.First), pair.Second));
        }
    }

    [Fact]
    public void The_configuration_keeps_every_key_and_says_how_the_weights_are_stored()
    {
        string model = SmallModels.Write(_folder, "gemma3");
        Export(model, null, ElementKind.BF16, long.MaxValue);

        var before = JsonNode.Parse(File.ReadAllText(Path.Combine(model, "config.json")))!.AsObject();
        var after = JsonNode.Parse(File.ReadAllText(Path.Combine(_folder["out"], "config.json")))!.AsObject();

        Assert.Equal("bfloat16", after["torch_dtype"]!.GetValue<string>());
        before["torch_dtype"] = "bfloat16";
        Assert.True(JsonNode.DeepEquals(before, after));
    }

    [Fact]
    public void An_adapter_of_another_model_is_refused_with_every_misfit()
    {
        string model = SmallModels.Write(_folder, "qwen3");
        var config = new AdapterConfig { Rank = 1, Alpha = 1 };
        AdapterFiles.Write(_folder.Path, config, new Dictionary<string, LoraFactors>
        {
            ["model.layers.0.self_attn.q_proj"] = new(1, 63, 80, new float[63], new float[80]),
            ["model.layers.9.self_attn.q_proj"] = new(1, 64, 80, new float[64], new float[80]),
        });

        var refusal = Assert.Throws<ModelFileException>(() => MergedWeights.Open(model, _folder.Path));

        Assert.Equal(2, refusal.Problems.Count);
        Assert.Contains("'model.layers.0.self_attn.q_proj' maps 63 to 80, but the base model's is [80, 64]", refusal.Message);
        Assert.Contains("'model.layers.9.self_attn.q_proj', which is no linear layer", refusal.Message);
    }

    void Export(string model, string? adapter, ElementKind kind, long maxShardBytes)
    {
        using var weights = MergedWeights.Open(model, adapter);
        Directory.CreateDirectory(_folder["out"]);
        SafetensorsExport.Write(weights, Path.Combine(model, "config.json"), _folder["out"], kind, maxShardBytes);
    }

    static double[] Merged(
        string name, (string Kind, long[] Shape, double[] Values) weight, Dictionary<string, (string Kind, long[] Shape, double[] Values)> factors)
    {
        string module = "base_model.model." + name[..name.LastIndexOf('.')];
        if (!name.EndsWith(".weight", StringComparison.Ordinal) || !factors.TryGetValue(module + ".lora_A.weight", out var a))
        {
            return weight.Values;
        }

        var b = factors[module + ".lora_B.weight"];
        int rank = (int)a.Shape[0], columns = (int)a.Shape[1];
        double scale = 7 / Math.Sqrt(rank);
        return [.. weight.Values.Select((value, i) =>
            value + (scale * Enumerable.Range(0, rank).Sum(r => b.Values[(i / columns * rank) + r] * a.Values[(r * columns) + (i % columns)])))];
    }

    static float Nearest(float value)
    {
        float below = BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(value) & ~0xFFFF);
        float above = BitConverter.Int32BitsToSingle((BitConverter.SingleToInt32Bits(value) & ~0xFFFF) + 0x10000);
        double down = Math.Abs((double)value - below), up = Math.Abs((double)above - value);
        bool isBelowEven = (BitConverter.SingleToInt32Bits(below) & 0x10000) == 0;
        return down < up || (down == up && isBelowEven) ? below : above;
    }

    static double Largest(float[] a, float[] b) => a.Zip(b, (x, y) => Math.Abs((double)x - y)).Max();
}
