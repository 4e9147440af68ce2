using Hone.Training.Verification;

namespace Hone.Tests.Training.Verification;

[Trait("Tier", "all")]
public sealed class TrlStepsVerificationTests
{
    static readonly string _reference = Path.Combine(AppContext.BaseDirectory, "Material", "trl-steps");

    [Fact]
    public void Three_steps_of_policy_optimization_agree_with_the_reference()
    {
        VerificationCase[] cases = [.. TrlStepsVerification.Run(_reference)];

        Assert.Empty(ReferenceCopy.Disagreeing(cases));
        foreach (string step in new[] { "trl-steps/step 1", "trl-steps/step 2", "trl-steps/step 3" })
        {
            Assert.Equal(28, cases.Count(c => c.Case == step && c.Quantity.StartsWith("grad.", StringComparison.Ordinal)));
            Assert.Equal(28, cases.Count(c => c.Case == step && c.Quantity.StartsWith("adapter.", StringComparison.Ordinal)));
        }
    }

    [Fact]
    public void The_trainer_repeats_the_log_probabilities_of_a_new_batch_to_the_bit() =>
        Assert.Equal([0.0, 0.0], TrlStepsVerification.Run(_reference).Where(c => c.Quantity == "sampler against trainer").Select(c => c.Difference!.Value));

    [Theory]
    [InlineData("\"epsilon_low\": 0.2", "\"epsilon_low\": 0.1", "loss")]
    [InlineData("\"beta\": 0.04", "\"beta\": 0.05", "loss")]
    [InlineData("\"use_bias_correction_kl\": false", "\"use_bias_correction_kl\": true", "grad_norm (relative)")]
    [InlineData("\"rewards\": [1.0", "\"rewards\": [0.9", "advantages")]
    [InlineData("\"num_iterations\": 2", "\"num_iterations\": 1", "logp_old")]
    public void A_step_of_another_rule_disagrees(string from, string to, string quantity)
    {
        using var copy = new ReferenceCopy(_reference);
        copy.Replace("trace.json", from, to);

        Assert.Contains(
            TrlStepsVerification.Run(copy.Folder), c => c.Status == VerificationStatus.Disagree && c.Quantity == quantity);
    }

    [Fact]
    public void A_changed_number_of_an_adapter_is_named()
    {
        const string Tensor = "base_model.model.model.layers.1.mlp.up_proj.lora_B.weight";
        using var copy = new ReferenceCopy(_reference);
        copy.Shift("adapter-2/adapter_model.safetensors", Tensor, 5e-6f);

        var found = TrlStepsVerification.Run(copy.Folder).Single(c => c.Status == VerificationStatus.Disagree);

        Assert.Equal(("trl-steps/step 2", "adapter." + Tensor), (found.Case, found.Quantity));
    }

    [Theory]
    [InlineData("\"loss_type\": \"grpo\"", "\"loss_type\": \"cispo\"", "settings.loss_type is not 'grpo'")]
    [InlineData("\"micro_batches\"", "\"batches\"", "steps[0] has no 'micro_batches'")]
    public void A_malformed_trace_is_answered_with_a_sentence(string from, string to, string sentence)
    {
        using var copy = new ReferenceCopy(_reference);
        copy.Replace("trace.json", from, to);

        Assert.Contains(
            sentence, Assert.Throws<VerificationException>(() => TrlStepsVerification.Run(copy.Folder)).Message, StringComparison.Ordinal);
    }

}
