using Hone.Tensors.Optimizers;
using Hone.Training.Losses;

namespace Hone.Training.Verification;

/// <summary>The settings of a trace of policy optimization in the words of a run.</summary>
static class TrlSettings
{
    /// <exception cref="VerificationException">A value that this build does not have.</exception>
    public static TrainingSettings Of(LossVerificationValue settings) => new()
    {
        TrainingSamplePerPrompt = settings["num_generations"].Integer,
        UpdatesPerBatch = settings["num_iterations"].Integer,
        InferenceMaxTokens = settings["max_completion_length"].Integer,
        Temperature = (float)settings["temperature"].Number,
        LearningRate = (float)settings["learning_rate"].Number,
        MaxGradientNorm = (float)settings["max_grad_norm"].Number,
        Advantages = new AdvantageSettings
        {
            Scale = Is(settings["scale_rewards"], "group", AdvantageScale.Group),
        },
        Loss = new PolicyLossSettings
        {
            Aggregation = Is(settings["loss_type"], "grpo", Aggregation.Grpo),
            ImportanceLevel = Is(settings["importance_sampling_level"], "token", ImportanceLevel.Token),
            ClipLow = settings["epsilon_low"].Number,
            ClipHigh = settings["epsilon_high"].Number,
            KlCoefficient = settings["beta"].Number,
            KlRatioWeighted = settings["use_bias_correction_kl"].Flag,
            MaskTruncated = settings["mask_truncated_completions"].Flag,
        },
    };

    public static AdamWSettings Optimizer(LossVerificationValue settings) => new(
        settings["adam_beta1"].Number, settings["adam_beta2"].Number, settings["adam_epsilon"].Number, settings["weight_decay"].Number);

    static T Is<T>(LossVerificationValue value, string expected, T meaning) =>
        value.Text == expected ? meaning : throw value.Unlike($"'{expected}', which the steps are compared for");
}
