using Hone.Tests.Models;
using Hone.Training.Verification;

namespace Hone.Tests.Training.Verification;

[Trait("Tier", "all")]
public sealed class TrainingCaseVerificationTests
{
    [Theory]
    [InlineData("lora-qwen3", 28)]
    [InlineData("full-qwen3", 24)]
    public void Losses_gradients_and_steps_agree_with_the_reference(string name, int tensors)
    {
        VerificationCase[] cases = [.. TrainingCaseVerification.Run(GoldenModels.Folder(name))];

        Assert.Empty(ReferenceCopy.Disagreeing(cases));
        Assert.Equal(tensors, Count(cases, "grad."));
        Assert.Equal(2 * tensors, Count(cases, "final."));
        Assert.Equal(5, Count(cases, "logits."));
        Assert.Equal(5, Count(cases, "logprobs_t0.7."));
        Assert.Equal(3, Count(cases, "train."));
    }

    [Fact]
    public void An_adapter_is_compared_on_off_merged_and_at_another_temperature()
    {
        VerificationCase[] cases = [.. TrainingCaseVerification.Run(GoldenModels.Folder("lora-qwen3"))];

        Assert.Equal(1, Count(cases, "base_logits."));
        Assert.Equal(5, Count(cases, "merged_logits."));
        Assert.Equal(1, Count(cases, "loss_t0.7"));
        Assert.Equal(28, Count(cases, "grad_t0.7."));
    }

    [Theory]
    [InlineData("lora-qwen3", "base_logits.0", 2e-4f, "base_logits.0")]
    [InlineData("lora-qwen3", "merged_logits.4", 2e-4f, "merged_logits.4")]
    [InlineData("lora-qwen3", "logprobs_t0.7.1", 1e-4f, "logprobs_t0.7.1")]
    [InlineData("lora-qwen3", "loss", 1e-5f, "loss")]
    [InlineData("lora-qwen3", "loss_t0.7", 1e-5f, "loss_t0.7")]
    [InlineData("lora-qwen3", "grad_norm", 1e-3f, "grad_norm (relative)")]
    [InlineData("full-qwen3", "grad.model.norm.weight", 1e-2f, "grad.model.norm.weight (relative)")]
    [InlineData("full-qwen3", "train.loss", 1e-5f, "train.loss")]
    [InlineData("full-qwen3", "train.grad_norm", 1e-2f, "train.grad_norm (relative)")]
    [InlineData("full-qwen3", "train.loss_after", 1e-5f, "train.loss_after")]
    [InlineData("full-qwen3", "final_logits.0", 2e-4f, "final_logits.0")]
    public void A_changed_number_is_named(string name, string tensor, float difference, string quantity)
    {
        using var copy = new ReferenceCopy(GoldenModels.Folder(name));
        copy.Shift("expected.safetensors", tensor, difference);

        Assert.Equal(quantity, TrainingCaseVerification.Run(copy.Folder).Single(c => c.Status == VerificationStatus.Disagree).Quantity);
    }

    // The mistakes that case.json names, made in the description instead of the engine.
    [Theory]
    [InlineData("full-qwen3", "\"weight_decay\": 0.1", "\"weight_decay\": 0.0")]
    [InlineData("lora-qwen3", "\"weight_decay\": 0.01", "\"weight_decay\": 0.0")]
    [InlineData("lora-qwen3", "\"clip_global_norm\": 1.0", "\"clip_global_norm\": 100.0")]
    [InlineData("lora-qwen3", "\"learning_rates\": [0.0, 0.0005,", "\"learning_rates\": [0.0005, 0.001,")]
    public void A_step_of_another_rule_disagrees_in_the_final_tensors(string name, string from, string to)
    {
        using var copy = new ReferenceCopy(GoldenModels.Folder(name));
        copy.Replace("case.json", from, to);

        var found = TrainingCaseVerification.Run(copy.Folder).Where(c => c.Status == VerificationStatus.Disagree);

        Assert.Contains(found, c => c.Quantity.StartsWith("final.", StringComparison.Ordinal) && c.Quantity.EndsWith("(root mean square)", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("\"mask\": [0, 0, 0, 1, 1, 1, 1, 1, 1]", "\"mask\": [0, 0, 0]", "mask is not 9 rows of 1 numbers")]
    [InlineData("\"learning_rates\"", "\"rates\"", "optimizer has no 'learning_rates'")]
    public void A_malformed_description_is_answered_with_a_sentence(string from, string to, string sentence)
    {
        using var copy = new ReferenceCopy(GoldenModels.Folder("lora-qwen3"));
        copy.Replace("case.json", from, to);

        Assert.Contains(
            sentence, Assert.Throws<VerificationException>(() => TrainingCaseVerification.Run(copy.Folder)).Message, StringComparison.Ordinal);
    }

    static int Count(VerificationCase[] cases, string prefix) =>
        cases.Count(c => c.Status == VerificationStatus.Agree && c.Quantity.StartsWith(prefix, StringComparison.Ordinal));
}
