using Hone.Models;
using Hone.Models.Configuration;
using Hone.Models.Weights;
using Hone.Tensors;

namespace Hone.Tests.Models;

/// <summary>What an adapter may change of a model with experts.</summary>
public sealed class ExpertAdapterTests : IDisposable
{
    readonly Workers _one = new(1);
    readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _folder.Dispose();
        _one.Dispose();
    }

    [Fact]
    public void All_linear_layers_are_those_of_every_expert_and_no_router()
    {
        using var decoder = Decoder("an expert for all");
        using var adapter = LoraAdapter.Create(decoder, Config(null), seed: 1);

        string[] modules = Modules(adapter);
        Assert.Equal((3 * 4) + (2 * ((5 * 3) + 3)) + 3, modules.Length);
        Assert.Contains("model.layers.1.mlp.experts.4.down_proj", modules);
        Assert.Contains("model.layers.0.mlp.shared_expert.up_proj", modules);
        Assert.DoesNotContain(modules, module => module.EndsWith(".gate", StringComparison.Ordinal) || module.EndsWith("expert_gate", StringComparison.Ordinal));
    }

    [Fact]
    public void A_router_is_changed_where_it_is_named()
    {
        using var decoder = Decoder("an expert for all");
        using var adapter = LoraAdapter.Create(decoder, Config(["gate", "experts.3.up_proj"]), seed: 1);

        Assert.Equal(
            ["model.layers.0.mlp.experts.3.up_proj", "model.layers.0.mlp.gate", "model.layers.1.mlp.experts.3.up_proj", "model.layers.1.mlp.gate"],
            Modules(adapter));
    }

    [Fact]
    public void Where_experts_are_one_tensor_all_linear_layers_are_those_of_attention()
    {
        using var decoder = Decoder("biases, sinks and windows");
        using var adapter = LoraAdapter.Create(decoder, Config(null), seed: 1);

        Assert.All(Modules(adapter), module => Assert.Contains(".self_attn.", module));
        Assert.Equal(12, Modules(adapter).Length);
    }

    [Theory]
    [InlineData("gate_up_proj")]
    [InlineData("router")]
    [InlineData("down_proj")]
    public void A_target_that_is_part_of_fused_experts_is_refused(string target)
    {
        using var decoder = Decoder("biases, sinks and windows");

        var refusal = Assert.Throws<ModelFileException>(() => LoraAdapter.Create(decoder, Config(["q_proj", target]), seed: 1));

        Assert.Contains($"targets name {target}, but the model's linear layers are k_proj, o_proj, q_proj, v_proj.", refusal.Message);
        Assert.Contains("experts are one tensor", refusal.Message);
    }

    [Fact]
    public void Parameters_as_targets_are_refused()
    {
        Save("dense layers between");
        string path = _folder["adapter_config.json"];
        File.WriteAllText(path, File.ReadAllText(path).Replace(
            "\"task_type\"", "\"target_parameters\": [\"mlp.experts.gate_up_proj\"],\n  \"task_type\"", StringComparison.Ordinal));

        Assert.Contains(
            "target_parameters is [\"mlp.experts.gate_up_proj\"]; Hone adapts linear modules only",
            Assert.Throws<ModelFileException>(() => AdapterFiles.Read(_folder.Path)).Message);
    }

    [Fact]
    public void An_adapter_of_experts_comes_back_as_it_was()
    {
        float[][] saved = Save("dense layers between");
        using var decoder = Decoder("dense layers between");

        using var adapter = LoraAdapter.Load(decoder, _folder.Path);

        Assert.Equal(saved, adapter.Parameters.Select(parameter => parameter.Read()));
    }

    float[][] Save(string name)
    {
        using var decoder = Decoder(name);
        using var adapter = RandomDecoder.Adapter(decoder);
        adapter.Save(_folder.Path);
        return [.. adapter.Parameters.Select(parameter => parameter.Read())];
    }

    Decoder Decoder(string name) => RandomDecoder.Create(ExpertConfigs.Named(name), _one);

    static AdapterConfig Config(string[]? targets) => new() { Rank = 3, Alpha = 6, TargetModules = targets };

    static string[] Modules(LoraAdapter adapter) =>
        [.. adapter.Parameters.Select(parameter => parameter.Name).Where(name => name.EndsWith("lora_A.weight", StringComparison.Ordinal))
            .Select(name => name[..^".lora_A.weight".Length])];
}
