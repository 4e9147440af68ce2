using Hone.Tests.Models;
using Hone.Tests.Support;
using Hone.Training.Verification;

namespace Hone.Tests.Training.Verification;

[Trait("Tier", "all")]
public sealed class ModelVerificationTests
{
    [Theory]
    [InlineData("qwen3", 2)]
    [InlineData("llama3", 2)]
    [InlineData("qwen3-bf16-sharded", 2)]
    public void Every_tensor_of_a_model_agrees_with_the_reference(string name, int layers)
    {
        VerificationCase[] cases = [.. ModelVerification.Run(GoldenModels.Folder(name))];

        Assert.Empty(ReferenceCopy.Disagreeing(cases));
        Assert.Equal(4, Count(cases, "logits."));
        Assert.Equal(3, Count(cases, "logprobs."));
        Assert.Equal(4, Count(cases, "greedy."));
        Assert.Equal(4, Count(cases, "greedy_logprobs."));
        Assert.Equal(2 * (layers + 2), Count(cases, "hidden."));
        Assert.Equal(layers, Count(cases, "attention."));
        Assert.Equal(layers, Count(cases, "mlp."));
        Assert.Equal(2, Count(cases, "rope."));
    }

    [SharedTheory]
    [InlineData("qwen3_moe", 3, 2)]
    [InlineData("gpt_oss", 3, 3)]
    [InlineData("gpt_oss-mxfp4", 2, 2)]
    public void Every_tensor_of_a_model_with_experts_agrees_with_the_reference(string name, int layers, int routers)
    {
        VerificationCase[] cases = [.. ModelVerification.Run(SharedFolder.In("golden/models/" + name))];

        Assert.Empty(ReferenceCopy.Disagreeing(cases));
        Assert.Equal(layers, Count(cases, "mlp."));
        Assert.Equal(routers, Count(cases, "router."));
        Assert.Equal(routers, Count(cases, "experts."));
        Assert.Equal(routers, Count(cases, "expert_weights."));
    }

    [SharedTheory]
    [InlineData("router.1.2", 2e-4f)]
    [InlineData("expert_weights.1.1", 2e-4f)]
    public void A_changed_number_of_a_router_is_named(string tensor, float difference)
    {
        using var copy = new ReferenceCopy(SharedFolder.In("golden/models/gpt_oss-mxfp4"));
        copy.Shift("expected.safetensors", tensor, difference);

        Assert.Equal(tensor, ModelVerification.Run(copy.Folder).Single(c => c.Status == VerificationStatus.Disagree).Quantity);
    }

    [SharedTheory]
    [InlineData("gemma2")]
    [InlineData("gemma3")]
    [InlineData("granite")]
    [InlineData("llama")]
    [InlineData("mistral")]
    [InlineData("olmo2")]
    [InlineData("phi3")]
    [InlineData("qwen2")]
    [InlineData("smollm3")]
    public void Every_tensor_of_every_family_agrees_with_the_reference(string name)
    {
        VerificationCase[] cases = [.. ModelVerification.Run(SharedFolder.In($"golden/models/{name}"))];

        Assert.Empty(ReferenceCopy.Disagreeing(cases));
        Assert.All(new[] { "logits.0", "logprobs.", "greedy.0", "greedy_logprobs.", "hidden.", "attention.", "mlp.", "rope." }, prefix =>
            Assert.NotEqual(0, Count(cases, prefix)));
    }

    [Theory]
    [InlineData("logits.3", 2e-4f)]
    [InlineData("logprobs.2", 1e-4f)]
    [InlineData("greedy_logprobs.0", 1e-4f)]
    [InlineData("hidden.1.0", 2e-4f)]
    [InlineData("hidden.2.1", 2e-4f)]
    [InlineData("hidden.1.final", 2e-4f)]
    [InlineData("attention.1.1", 2e-4f)]
    [InlineData("mlp.1.2", 2e-4f)]
    [InlineData("rope.attention_factor", 1e-5f)]
    [InlineData("logits.0", float.NaN)]
    public void A_changed_number_is_named(string tensor, float difference)
    {
        using var copy = new ReferenceCopy(GoldenModels.Folder("qwen3"));
        copy.Shift("expected.safetensors", tensor, difference);

        var found = ModelVerification.Run(copy.Folder).Single(c => c.Status == VerificationStatus.Disagree);

        Assert.Equal((copy.Folder, "qwen3", tensor), (found.Folder, found.Case, found.Quantity));
        Assert.Equal(float.IsNaN(difference), found.Difference is null);
    }

    [Fact]
    public void Another_greedy_token_is_named()
    {
        using var copy = new ReferenceCopy(GoldenModels.Folder("qwen3"));
        copy.Replace("case.json", "[10, 267, 267", "[10, 267, 268");

        var found = ModelVerification.Run(copy.Folder).Single(c => c.Status == VerificationStatus.Disagree);

        Assert.Equal(("greedy.0 (tokens that differ)", 1.0), (found.Quantity, found.Difference));
    }

    [Fact]
    public void Another_spelling_that_means_another_model_is_named()
    {
        using var copy = new ReferenceCopy(GoldenModels.Folder("llama3"));
        copy.Replace("config.v5.json", "\"rope_theta\": 20000.0", "\"rope_theta\": 10000.0");

        Assert.Equal("config.v5.json", ModelVerification.Run(copy.Folder).Single(c => c.Status == VerificationStatus.Disagree).Quantity);
    }

    [Fact]
    public void A_changed_weight_disagrees_in_the_layer_that_has_it_and_behind_it()
    {
        using var copy = new ReferenceCopy(GoldenModels.Folder("qwen3"));
        copy.Shift("model.safetensors", "model.layers.1.mlp.down_proj.weight", 1);

        string[] disagreeing = [.. ModelVerification.Run(copy.Folder).Where(c => c.Status == VerificationStatus.Disagree).Select(c => c.Quantity)];

        Assert.Contains("mlp.1.2", disagreeing);
        Assert.Contains("logits.1", disagreeing);
        Assert.DoesNotContain("hidden.1.1", disagreeing);
        Assert.DoesNotContain("attention.1.2", disagreeing);
    }

    [Fact]
    public void An_architecture_of_another_build_is_not_built()
    {
        using var copy = new ReferenceCopy(GoldenModels.Folder("qwen3"));
        copy.Replace("config.json", "Qwen3ForCausalLM", "NextYearForCausalLM");

        var found = ModelVerification.Run(copy.Folder).Single();

        Assert.Equal((VerificationStatus.NotBuilt, "NextYearForCausalLM"), (found.Status, found.Quantity));
    }

    [Theory]
    [InlineData("config.json", "\"hidden_size\": 64", "\"hidden_size\": 65", "config.json needs")]
    [InlineData("config.json", "\"architectures\"", "\"architecture\"", "has no 'architectures'")]
    [InlineData("case.json", "\"sequences\"", "\"rows\"", "has no 'sequences'")]
    [InlineData("case.json", "\"ids\": [57]", "\"ids\": [301]", "sequences[0].ids is not a list of token ids below 301")]
    [InlineData("case.json", "\"ids\": [57]", "\"ids\": []", "sequences[0].ids is not a list of token ids below 301")]
    [InlineData("case.json", "\"ids\": [57]", "\"ids\": [57, 58]", "logits.0: 301 numbers are expected, but the inputs give 602")]
    public void A_malformed_file_is_answered_with_a_sentence(string file, string from, string to, string sentence)
    {
        using var copy = new ReferenceCopy(GoldenModels.Folder("qwen3"));
        copy.Replace(file, from, to);

        Assert.Contains(sentence, Assert.Throws<VerificationException>(() => ModelVerification.Run(copy.Folder)).Message, StringComparison.Ordinal);
    }

    static int Count(VerificationCase[] cases, string prefix) =>
        cases.Count(c => c.Status == VerificationStatus.Agree && c.Quantity.StartsWith(prefix, StringComparison.Ordinal));
}
