using System.Text.Json.Nodes;
using Hone.Models.Configuration;
using Hone.Models.Weights;

namespace Hone.Tests.Models.Configuration;

public sealed class AdapterFilesTests : IDisposable
{
    const string Module = "model.layers.0.self_attn.q_proj";

    static readonly AdapterConfig _config = new() { Rank = 1, Alpha = 2, TargetModules = ["q_proj"] };

    readonly TemporaryFolder _folder = new();

    static string Golden => Path.Combine(GoldenModels.Folder("lora-qwen3"), "adapter");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void An_adapter_of_peft_is_read()
    {
        var (config, modules) = AdapterFiles.Read(Golden);

        Assert.Equal((8, 16.0, false, 2f), (config.Rank, config.Alpha, config.UseRsLora, config.ScaleOf("q_proj")));
        Assert.Equal("hone-golden/lora-qwen3", config.BaseModel);
        var model = DecoderConfigReader.Read(GoldenModels.Folder("lora-qwen3"));
        var linear = Enumerable.Range(0, model.Layers).SelectMany(layer => DecoderTensors.AttentionModules(model, layer)
            .Concat(DecoderTensors.FeedForwardModules(model, layer)));
        Assert.Equal(
            linear.OrderBy(m => m.Name, StringComparer.Ordinal).Select(m => (m.Name, m.Inputs, m.Outputs)),
            modules.Select(m => (m.Key, m.Value.Inputs, m.Value.Outputs)));
        Assert.All(modules.Values, f => Assert.Equal((8 * f.Inputs, 8 * f.Outputs), (f.A.Length, f.B.Length)));
    }

    [Fact]
    public void A_written_adapter_has_the_tensor_bytes_of_peft()
    {
        var (config, modules) = AdapterFiles.Read(Golden);

        AdapterFiles.Write(_folder.Path, config, modules);

        Assert.Equal(
            File.ReadAllBytes(Path.Combine(Golden, AdapterFiles.WeightsName)), File.ReadAllBytes(_folder[AdapterFiles.WeightsName]));
    }

    [Fact]
    public void A_written_configuration_has_the_values_of_peft()
    {
        var (config, modules) = AdapterFiles.Read(Golden);

        AdapterFiles.Write(_folder.Path, config with { TargetModules = null }, modules);

        var written = JsonNode.Parse(File.ReadAllText(_folder["adapter_config.json"]))!.AsObject();
        var golden = JsonNode.Parse(File.ReadAllText(Path.Combine(Golden, "adapter_config.json")))!.AsObject();
        Assert.All(written, pair => Assert.True(JsonNode.DeepEquals(golden[pair.Key], pair.Value), pair.Key));
    }

    [Fact]
    public void Rank_stabilised_adapters_divide_by_the_root() =>
        Assert.Equal(4f, new AdapterConfig { Rank = 16, Alpha = 16, UseRsLora = true }.ScaleOf("q_proj"));

    [Fact]
    public void Names_without_the_prefix_and_bf16_factors_are_read()
    {
        WriteConfig(_ => { });
        WriteTensors(
            TensorContent.Bf16($"{Module}.lora_A.weight", [1, 2], new ushort[] { 0x3F80, 0x4000 }),
            TensorContent.F32($"{Module}.lora_B.weight", [3, 1], new float[] { 3, 4, 5 }));

        var (_, modules) = AdapterFiles.Read(_folder.Path);

        Assert.Equal((1, 2, 3), (modules[Module].Rank, modules[Module].Inputs, modules[Module].Outputs));
        Assert.Equal([1f, 2f], modules[Module].A);
        Assert.Equal([3f, 4f, 5f], modules[Module].B);
    }

    [Theory]
    [InlineData("use_dora", "true", "use_dora is true")]
    [InlineData("bias", "\"lora_only\"", "bias is lora_only; Hone runs none only.")]
    [InlineData("modules_to_save", """["lm_head"]""", "modules_to_save is [\"lm_head\"]")]
    [InlineData("rank_pattern", """{"q_proj":0}""", "rank_pattern.q_proj is 0, expected a whole number")]
    [InlineData("alpha_pattern", "4", "alpha_pattern is 4, expected an object")]
    [InlineData("rank_pattern", """{"q_(proj":4}""", "rank_pattern has q_(proj, which is no regular expression.")]
    [InlineData("fan_in_fan_out", "true", "fan_in_fan_out is true")]
    [InlineData("lora_bias", "true", "lora_bias is true")]
    [InlineData("trainable_token_indices", "[0]", "trainable_token_indices is [0]: the adapter has rows of the embedding")]
    [InlineData("init_lora_weights", "\"pissa\"", "init_lora_weights is pissa, which changes the base model")]
    [InlineData("peft_type", "\"IA3\"", "peft_type is IA3")]
    [InlineData("task_type", "\"SEQ_CLS\"", "task_type is SEQ_CLS")]
    [InlineData("r", "0", "r is 0, expected a whole number of 1 or more.")]
    [InlineData("lora_alpha", "null", "lora_alpha is missing.")]
    [InlineData("target_modules", "\"(_proj\"", "target_modules has (_proj, which is no regular expression.")]
    [InlineData("brand_new_feature", "\"on\"", "brand_new_feature is on, a key that Hone does not know")]
    public void An_adapter_that_is_more_than_plain_lora_is_refused_by_name(string key, string value, string reason)
    {
        AdapterFiles.Write(_folder.Path, _config, new Dictionary<string, LoraFactors> { [Module] = new(1, 2, 3, new float[2], new float[3]) });
        WriteConfig(json => json[key] = JsonNode.Parse(value));

        var refusal = Assert.Throws<ModelFileException>(() => AdapterFiles.Read(_folder.Path));

        Assert.StartsWith(_folder["adapter_config.json"], refusal.Message);
        Assert.Contains(reason, refusal.Message);
        Assert.Single(refusal.Problems);
    }

    [Fact]
    public void All_linear_is_every_module()
    {
        WriteConfig(json => json["target_modules"] = "all-linear");
        WriteTensors(
            TensorContent.F32($"{Module}.lora_A.weight", [1, 2], new float[2]),
            TensorContent.F32($"{Module}.lora_B.weight", [3, 1], new float[3]));

        Assert.Null(AdapterFiles.Read(_folder.Path).Config.TargetModules);
    }

    [Fact]
    public void Ranks_and_alphas_may_differ_by_module()
    {
        WriteConfig(json =>
        {
            json["lora_alpha"] = 6;
            json["target_modules"] = """.*layers\.\d+\..*(q|k)_proj""";
            json["rank_pattern"] = JsonNode.Parse("""{"k_proj":2}""");
            json["alpha_pattern"] = JsonNode.Parse("""{"layers\\.1\\..*k_proj":10, "k_proj":3}""");
        });
        string second = "model.layers.1.self_attn.k_proj", third = "model.layers.2.self_attn.k_proj";
        WriteTensors(
            [.. Factors($"base_model.model.{Module}", 1), .. Factors($"base_model.model.{second}", 2), .. Factors(third["model.".Length..], 2)]);

        var (config, modules) = AdapterFiles.Read(_folder.Path);
        AdapterFiles.Write(_folder.Path, config, modules);
        var (again, same) = AdapterFiles.Read(_folder.Path);

        Assert.Equal((6f, 5f, 1.5f), (config.ScaleOf(Module), config.ScaleOf(second), config.ScaleOf(third)));
        Assert.Equal([1, 2, 2], modules.Values.Select(factors => factors.Rank));
        Assert.Equal(modules.Keys, same.Keys);
        Assert.Equal((6f, 5f, 1.5f), (again.ScaleOf(Module), again.ScaleOf(second), again.ScaleOf(third)));
        Assert.False(again.Targets("model.layers.0.self_attn.v_proj"));
    }

    [Fact]
    public void Keys_that_narrow_the_targets_leave_what_has_factors()
    {
        WriteConfig(json => json["layers_to_transform"] = new JsonArray(0));
        WriteTensors([.. Factors(Module, 1)]);

        var (config, _) = AdapterFiles.Read(_folder.Path);

        Assert.True(config.Targets(Module));
        Assert.False(config.Targets(Module.Replace(".0.", ".1.", StringComparison.Ordinal)));
    }

    [Fact]
    public void Names_as_they_are_in_memory_are_read()
    {
        WriteConfig(_ => { });
        WriteTensors(
            TensorContent.F32($"base_model.model.{Module}.lora_A.default.weight", [1, 2], new float[2]),
            TensorContent.F32($"base_model.model.{Module}.lora_B.default.weight", [3, 1], new float[3]));

        Assert.Equal([Module], AdapterFiles.Read(_folder.Path).Modules.Keys);
    }

    [Fact]
    public void A_pickle_is_refused_with_the_way_to_convert_it()
    {
        WriteConfig(_ => { });
        File.WriteAllBytes(_folder["adapter_model.bin"], [0x80, 0x02]);

        var refusal = Assert.Throws<ModelFileException>(() => AdapterFiles.Read(_folder.Path));

        Assert.Contains("adapter_model.bin: a .bin file is a pickle", refusal.Message);
        Assert.Contains("save_file(", refusal.Message);
    }

    [Fact]
    public void A_number_that_is_not_finite_is_refused()
    {
        WriteConfig(_ => { });
        WriteTensors(
            TensorContent.F32($"{Module}.lora_A.weight", [1, 2], new float[] { 1, float.NaN }),
            TensorContent.F32($"{Module}.lora_B.weight", [3, 1], new float[3]));

        Assert.Contains("holds a number that is not finite", Assert.Throws<ModelFileException>(() => AdapterFiles.Read(_folder.Path)).Message);
    }

    [Fact]
    public void A_pattern_that_takes_for_ever_is_refused()
    {
        WriteConfig(json => json["target_modules"] = "((m|mo|[a-z.0-9_])+)+X");
        WriteTensors([.. Factors(Module, 1)]);

        Assert.Contains("takes too long", Assert.Throws<ModelFileException>(() => AdapterFiles.Read(_folder.Path)).Message);
    }

    [Fact]
    public void Every_broken_tensor_is_named()
    {
        WriteConfig(_ => { });
        WriteTensors(
            TensorContent.F32($"{Module}.lora_magnitude_vector", [3], new float[3]),
            TensorContent.F32($"{Module}.lora_A.weight", [1, 2], new float[2]),
            TensorContent.F32("a.k_proj.lora_A.weight", [1, 2], new float[2]),
            TensorContent.F32("a.k_proj.lora_B.weight", [3, 1], new float[3]),
            TensorContent.F32("b.q_proj.lora_A.weight", [2, 2], new float[4]),
            TensorContent.F32("b.q_proj.lora_B.weight", [3, 2], new float[6]),
            TensorContent.I64("c.q_proj.lora_A.weight", [1, 2], new long[2]),
            TensorContent.F32("c.q_proj.lora_B.weight", [3, 1], new float[3]),
            TensorContent.F32("d.q_proj.lora_A.weight", [1, 2], new float[2]),
            TensorContent.F32("d.q_proj.lora_B.weight", [3, 1], new float[3]),
            TensorContent.F32("base_model.model.d.q_proj.lora_B.weight", [3, 1], new float[3]));

        var refusal = Assert.Throws<ModelFileException>(() => AdapterFiles.Read(_folder.Path));

        Assert.Equal(
            [
                "tensors 'd.q_proj.lora_B.weight' and 'base_model.model.d.q_proj.lora_B.weight' are the same factor of the same module.",
                $"tensor '{Module}.lora_magnitude_vector' is no LoRA factor; Hone reads names that end in .lora_A.weight or .lora_B.weight.",
                "module 'a.k_proj' has factors, but target_modules in adapter_config.json does not name it.",
                "tensor 'b.q_proj.lora_A.weight' is [2, 2], but adapter_config.json needs [1, inputs].",
                "tensor 'c.q_proj.lora_A.weight' is I64, expected F32, F16 or BF16.",
                $"module '{Module}' has no .lora_B.weight.",
            ],
            refusal.Problems);
    }

    [Fact]
    public void Factors_that_do_not_fit_are_not_written() =>
        Assert.Throws<ArgumentException>(() => AdapterFiles.Write(
            _folder.Path, _config, new Dictionary<string, LoraFactors> { [Module] = new(2, 2, 3, new float[4], new float[6]) }));

    void WriteConfig(Action<JsonObject> change)
    {
        var json = JsonNode.Parse(File.ReadAllText(Path.Combine(Golden, "adapter_config.json")))!.AsObject();
        json["r"] = 1;
        json["target_modules"] = new JsonArray("q_proj");
        change(json);
        File.WriteAllText(_folder["adapter_config.json"], json.ToJsonString());
    }

    static TensorContent[] Factors(string module, int rank) =>
    [
        TensorContent.F32($"{module}.lora_A.weight", [rank, 2], new float[rank * 2]),
        TensorContent.F32($"{module}.lora_B.weight", [3, rank], new float[3 * rank]),
    ];

    void WriteTensors(params TensorContent[] tensors) => SafetensorsWriter.Write(_folder[AdapterFiles.WeightsName], tensors);
}
