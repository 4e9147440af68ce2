using Hone.Training.Losses;

namespace Hone.Tests.Training.Losses;

public class PolicyLossTests
{
    public static TheoryData<PolicyLossSettings> Losses =>
    [
        new(),
        new() { Aggregation = Aggregation.Grpo, KlCoefficient = 0.04, KlEstimator = KlEstimator.K1 },
        new() { Aggregation = Aggregation.Bnpo, KlCoefficient = 0.04, KlEstimator = KlEstimator.K2, KlRatioWeighted = true },
        new() { Aggregation = Aggregation.DrGrpo, Delta = 1.5, KlCoefficient = 0.04, KlRatioWeighted = true },
        new() { Aggregation = Aggregation.Prompt, DualClip = 1.1 },
        new() { Kind = LossKind.Luspo, ClipLow = 0.01, ClipHigh = 0.02 },
        new() { Kind = LossKind.Gspo, ClipLow = 0.1, ClipHigh = 0.2, KlCoefficient = 0.1, KlRatioWeighted = true },
        new() { Kind = LossKind.GspoToken, ClipLow = 0.1, ClipHigh = 0.2 },
        new() { Kind = LossKind.Sapo, Sapo = new() { TemperatureNegative = 2 } },
        new() { Kind = LossKind.Sapo, ImportanceLevel = ImportanceLevel.Sequence, KlCoefficient = 0.1 },
        new() { Kind = LossKind.Gmpo, ClipLow = 0.1, ClipHigh = 0.2, KlCoefficient = 0.1 },
        new() { Kind = LossKind.Gmpo, TopEntropyQuantile = 0.5 },
        new() { Kind = LossKind.Rloo, ClipLow = 0.3, ClipHigh = 0.5, DualClip = 2, KlCoefficient = 0.1 },
        new() { EntropyCoefficient = 0.01, TopEntropyQuantile = 0.4, MaskTruncated = true },
        new() { SamplerCorrection = new() { Mode = SamplerCorrectionMode.TokenTruncate, ClipMin = 0.9, ClipMax = 1.1 } },
        new() { SamplerCorrection = new() { Mode = SamplerCorrectionMode.SequenceMask, ClipMax = 1.5 }, OffPolicyMaskThreshold = 0.02 },
        new() { Kind = LossKind.Rloo, SamplerCorrection = new() { Mode = SamplerCorrectionMode.SequenceTruncate } },
    ];

    /// <summary>Their weight takes no part in the gradient.</summary>
    public static TheoryData<PolicyLossSettings> WeightedLosses =>
    [
        new() { Kind = LossKind.Reinforce, KlCoefficient = 0.1 },
        new() { Kind = LossKind.Cispo, Cispo = new() { Cap = 1.1, Floor = 0.9 } },
        new() { Kind = LossKind.Cispo, ImportanceLevel = ImportanceLevel.Sequence, Aggregation = Aggregation.Prompt, MaskTruncated = true },
        new() { Kind = LossKind.Vespo, KlCoefficient = 0.1 },
        new() { Kind = LossKind.Vespo, SamplerCorrection = new() { Mode = SamplerCorrectionMode.TokenMask, ClipMax = 1.2 } },
        new() { Kind = LossKind.Vespo, SamplerCorrection = new(), Vespo = new() { PowerPositive = 1, DecayNegative = 0.5 } },
    ];

    public static TheoryData<PolicyLossSettings> AllLosses => [.. Settings(Losses), .. Settings(WeightedLosses)];

    static IEnumerable<PolicyLossSettings> Settings(IEnumerable<object[]> rows) => rows.Select(row => (PolicyLossSettings)row[0]);

    [Theory, MemberData(nameof(Losses))]
    public void The_gradient_is_the_slope_of_the_loss(PolicyLossSettings settings) =>
        AssertSlope(settings, (batch, j, by) => batch.Moved(j, by));

    [Theory, MemberData(nameof(WeightedLosses))]
    public void With_its_weight_held_the_gradient_is_the_slope_of_the_loss(PolicyLossSettings settings) =>
        AssertSlope(settings, (batch, j, by) => batch.MovedWithItsWeight(j, by));

    static void AssertSlope(PolicyLossSettings settings, Func<PolicyLossBatches, int, double, PolicyLossBatches> moved)
    {
        const double Step = 1e-6;
        Assert.Empty(settings.Problems());
        var batch = PolicyLossBatches.Random(completions: 9, seed: 1);
        var analytic = batch.Run(settings);

        Assert.Contains(analytic.Gradient, slope => slope != 0);
        for (int j = 0; j < batch.Tokens; j++)
        {
            double up = moved(batch, j, Step).Run(settings).Metrics.Loss, down = moved(batch, j, -Step).Run(settings).Metrics.Loss;
            Assert.Equal((up - down) / (2 * Step), analytic.Gradient[j], 1e-8);
        }
    }

    [Fact]
    public void With_one_advantage_for_each_completion_the_token_form_of_gspo_has_its_gradient()
    {
        var batch = PolicyLossBatches.Random(completions: 9, seed: 5);
        var wide = new PolicyLossSettings { Kind = LossKind.Gspo, ClipLow = 0.1, ClipHigh = 0.1 };

        double[] sequence = batch.Run(wide).Gradient, token = batch.Run(wide with { Kind = LossKind.GspoToken }).Gradient;

        Assert.All(sequence.Zip(token), pair => Assert.Equal(pair.First, pair.Second, 1e-15));
    }

    [Fact]
    public void Where_nothing_moved_every_loss_averaged_alike_is_the_policy_gradient()
    {
        var batch = PolicyLossBatches.Random(completions: 9, seed: 6);
        batch = batch with { Old = batch.LogProbabilities, Sampler = batch.LogProbabilities };
        double[] expected = batch.Run(new() { Aggregation = Aggregation.Grpo }).Gradient;

        // One term for each completion weighs its tokens alike, and so does a mean over them; RLOO's product moves with the sum.
        foreach (var kind in Enum.GetValues<LossKind>().Where(kind => kind != LossKind.Rloo))
        {
            double[] actual = batch.Run(new() { Kind = kind, Aggregation = Aggregation.Grpo }).Gradient;
            Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
        }

        double[] rloo = batch.Run(new() { Kind = LossKind.Rloo }).Gradient, sums = batch.Run(new() { Aggregation = Aggregation.Luspo }).Gradient;
        Assert.All(sums.Zip(rloo), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
    }

    [Fact]
    public void The_gradient_by_entropy_is_the_slope_of_the_loss()
    {
        const double Step = 1e-6;
        var settings = new PolicyLossSettings { EntropyCoefficient = 0.01 };
        var batch = PolicyLossBatches.Random(completions: 5, seed: 2);
        var analytic = batch.Run(settings);

        for (int j = 0; j < batch.Tokens; j++)
        {
            double up = batch.WithEntropy(j, Step).Run(settings).Metrics.Loss, down = batch.WithEntropy(j, -Step).Run(settings).Metrics.Loss;
            Assert.Equal((up - down) / (2 * Step), analytic.EntropyGradient[j], 1e-8);
        }
    }

    [Theory, MemberData(nameof(AllLosses))]
    public void Any_cut_into_micro_batches_gives_the_same_bits(PolicyLossSettings settings)
    {
        var step = PolicyLossBatches.Random(completions: 24, seed: 3);
        var whole = step.Run(settings);

        for (int size = 1; size < 24; size++)
        {
            var parts = step.RunInParts(settings, size);
            Assert.Equal(whole.Gradient, parts.Gradient);
            Assert.Equal(whole.EntropyGradient, parts.EntropyGradient);
            Assert.Equal(whole.Metrics, parts.Metrics);
        }
    }

    [Fact]
    public void A_masked_completion_has_no_gradient_and_still_counts_as_a_completion()
    {
        var settings = new PolicyLossSettings { MaskTruncated = true, Aggregation = Aggregation.Grpo };
        var batch = PolicyLossBatches.Random(completions: 4, seed: 4);
        int cut = Array.IndexOf(batch.Truncated, true);

        var masked = batch.Run(settings);
        var unmasked = batch.Run(settings with { MaskTruncated = false });

        for (int j = 0; j < batch.Tokens; j++)
        {
            bool inside = j >= batch.Offsets[cut] && j < batch.Offsets[cut + 1];
            Assert.Equal(inside ? 0 : unmasked.Gradient[j], masked.Gradient[j]);
        }
    }

    [Fact]
    public void Without_an_old_policy_every_ratio_is_one_and_the_gradient_is_the_policy_gradient()
    {
        double[] logProbabilities = [-1, -2, -0.5], gradient = new double[3];
        var sums = new CompletionSums[2];

        PolicyLoss.Run(
            new(), new() { Completions = 2, Tokens = 3, EntropyTokens = 3, MaxCompletionLength = 8 },
            new() { Offsets = [0, 2, 3], LogProbabilities = logProbabilities, Advantages = [1, -0.5] },
            new() { LogProbabilities = gradient }, sums);

        Assert.Equal([-1 / 3.0, -1 / 3.0, 0.5 / 3], gradient);
    }

    [Fact]
    public void With_a_reference_and_no_coefficient_the_drift_is_measured_and_not_trained()
    {
        double[] gradient = new double[2];
        var sums = new CompletionSums[1];

        PolicyLoss.Run(
            new(), new() { Completions = 1, Tokens = 2, EntropyTokens = 2, MaxCompletionLength = 8 },
            new() { Offsets = [0, 2], LogProbabilities = [-1, -2], ReferenceLogProbabilities = [-1.5, -2.25], Advantages = [0] },
            new() { LogProbabilities = gradient }, sums);

        Assert.Equal(0.375, PolicyMetrics.Of(sums, false).Kl);
        Assert.Equal([0, 0], gradient);
    }

    [Fact]
    public void A_step_without_a_token_that_trains_has_no_loss()
    {
        var sums = new CompletionSums[1];

        PolicyLoss.Run(
            new() { MaskTruncated = true }, new() { Completions = 1, Tokens = 0, EntropyTokens = 0, MaxCompletionLength = 8 },
            new() { Offsets = [0, 2], LogProbabilities = [-1, -2], Advantages = [1], Truncated = [true] },
            new() { LogProbabilities = new double[2] }, sums);

        Assert.Equal(0, PolicyMetrics.Of(sums, false).Loss);
    }

    [Fact]
    public void A_missing_reference_is_refused_by_name()
    {
        var error = Assert.Throws<ArgumentException>(() => PolicyLoss.Run(
            new() { KlCoefficient = 0.1 }, new() { Completions = 1, Tokens = 1, EntropyTokens = 1, MaxCompletionLength = 8 },
            new() { Offsets = [0, 1], LogProbabilities = [-1], Advantages = [1] },
            new() { LogProbabilities = new double[1] }, new CompletionSums[1]));

        Assert.Contains("ReferenceLogProbabilities", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Totals_that_count_no_token_are_refused_for_a_completion_that_has_one() =>
        Assert.Throws<ArgumentException>(() => PolicyLoss.Run(
            new(), new() { Completions = 1, Tokens = 0, EntropyTokens = 0, MaxCompletionLength = 8 },
            new() { Offsets = [0, 1], LogProbabilities = [-1], Advantages = [1] },
            new() { LogProbabilities = new double[1] }, new CompletionSums[1]));
}
