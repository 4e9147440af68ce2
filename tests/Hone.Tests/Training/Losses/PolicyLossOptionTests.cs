using Hone.Training.Losses;

namespace Hone.Tests.Training.Losses;

public class PolicyLossOptionTests
{
    static readonly PolicyLossSettings _clipped = new(), _kl = new() { KlCoefficient = 0.1 };

    /// <summary>An option, and the settings without it.</summary>
    public static TheoryData<PolicyLossSettings, PolicyLossSettings> Options => new()
    {
        { _clipped with { ClipLow = 0.05 }, _clipped },
        { _clipped with { ClipHigh = 0.05 }, _clipped },
        { _clipped with { Delta = 1.1 }, _clipped },
        { _clipped with { DualClip = 1.1 }, _clipped },
        { _clipped with { ImportanceLevel = ImportanceLevel.Sequence }, _clipped },
        { _clipped with { Aggregation = Aggregation.Grpo }, _clipped },
        { _clipped with { Aggregation = Aggregation.DrGrpo }, _clipped },
        { _clipped with { Aggregation = Aggregation.Luspo }, _clipped },
        { _clipped with { Aggregation = Aggregation.Prompt }, _clipped },
        { _clipped with { Aggregation = Aggregation.Prompt }, _clipped with { Aggregation = Aggregation.Grpo } },
        { _kl, _clipped },
        { _kl with { KlEstimator = KlEstimator.K1 }, _kl },
        { _kl with { KlEstimator = KlEstimator.K2 }, _kl },
        { _kl with { KlRatioWeighted = true }, _kl },
        { _clipped with { MaskTruncated = true }, _clipped },
        { _clipped with { OffPolicyMaskThreshold = 0.02 }, _clipped },
        { _clipped with { TopEntropyQuantile = 0.2 }, _clipped },
        { _clipped with { SamplerCorrection = new() { ClipMax = 1.2 } }, _clipped },
        { _clipped with { SamplerCorrection = new() { ClipMin = 0.9 } }, _clipped with { SamplerCorrection = new() } },
        { Corrected(SamplerCorrectionMode.TokenTruncate), Corrected(SamplerCorrectionMode.TokenMask) },
        { Corrected(SamplerCorrectionMode.SequenceTruncate), Corrected(SamplerCorrectionMode.SequenceMask) },
        { Corrected(SamplerCorrectionMode.TokenMask), Corrected(SamplerCorrectionMode.SequenceMask) },
        { Of(LossKind.Cispo) with { Cispo = new() { Cap = 1.1 } }, Of(LossKind.Cispo) },
        { Of(LossKind.Cispo) with { Cispo = new() { Floor = 0.9 } }, Of(LossKind.Cispo) },
        { Of(LossKind.Cispo) with { ImportanceLevel = ImportanceLevel.Sequence }, Of(LossKind.Cispo) },
        { Of(LossKind.Sapo) with { Sapo = new() { TemperaturePositive = 2 } }, Of(LossKind.Sapo) },
        { Of(LossKind.Sapo) with { Sapo = new() { TemperatureNegative = 2 } }, Of(LossKind.Sapo) },
        { Of(LossKind.Sapo) with { ImportanceLevel = ImportanceLevel.Sequence }, Of(LossKind.Sapo) },
        { Of(LossKind.Vespo) with { Vespo = new() { PowerPositive = 1 } }, Of(LossKind.Vespo) },
        { Of(LossKind.Vespo) with { Vespo = new() { DecayPositive = 1 } }, Of(LossKind.Vespo) },
        { Of(LossKind.Vespo) with { Vespo = new() { PowerNegative = 1 } }, Of(LossKind.Vespo) },
        { Of(LossKind.Vespo) with { Vespo = new() { DecayNegative = 1 } }, Of(LossKind.Vespo) },
        { Of(LossKind.Vespo) with { SamplerCorrection = new() }, Of(LossKind.Vespo) },
        { Of(LossKind.Gmpo) with { ClipLow = 0.1 }, Of(LossKind.Gmpo) },
        { Of(LossKind.Gmpo) with { ClipHigh = 0.1 }, Of(LossKind.Gmpo) },
        { Of(LossKind.Gmpo) with { TopEntropyQuantile = 0.2 }, Of(LossKind.Gmpo) },
        { Of(LossKind.Rloo) with { ClipHigh = 3 }, Of(LossKind.Rloo) },
        { Of(LossKind.Rloo) with { SamplerCorrection = new() { ClipMax = 1.2 } }, Of(LossKind.Rloo) },
        { Of(LossKind.Luspo) with { ImportanceLevel = ImportanceLevel.Token }, Of(LossKind.Luspo) },
        { Of(LossKind.Luspo), Of(LossKind.Gspo) },
        { Of(LossKind.Gspo), _clipped with { Aggregation = Aggregation.Grpo } },
    };

    [Theory, MemberData(nameof(Options))]
    public void Every_option_changes_the_gradient(PolicyLossSettings with, PolicyLossSettings without)
    {
        var batch = PolicyLossBatches.Random(completions: 12, seed: 9);

        Assert.Empty(with.Problems());
        Assert.NotEqual(batch.Run(without).Gradient, batch.Run(with).Gradient);
    }

    [Fact]
    public void Every_loss_has_a_gradient_of_its_own()
    {
        var batch = PolicyLossBatches.Random(completions: 12, seed: 9);
        double[][] gradients = [.. Enum.GetValues<LossKind>().Where(kind => kind != LossKind.GspoToken).Select(kind => batch.Run(Of(kind)).Gradient)];

        Assert.Equal(gradients.Length, gradients.Select(gradient => string.Join(' ', gradient)).Distinct().Count());
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(-0.5)]
    public void A_dual_clip_bounds_the_loss_of_a_negative_advantage_only(double advantage)
    {
        double[] gradient = new double[1];
        var sums = new CompletionSums[1];

        PolicyLoss.Run(
            new() { DualClip = 3 }, new() { Completions = 1, Tokens = 1, EntropyTokens = 1, MaxCompletionLength = 8 },
            new() { Offsets = [0, 1], LogProbabilities = [-1], OldLogProbabilities = [-11], Advantages = [advantage] },
            new() { LogProbabilities = gradient }, sums);

        Assert.Equal(advantage > 0 ? -1.28 * 0.5 : 3 * 0.5, sums[0].PolicyLoss, 1e-15);
        Assert.Equal(0, gradient[0]);
    }

    [Fact]
    public void A_mean_over_prompts_weighs_prompts_alike_and_their_tokens_alike()
    {
        double[] gradient = new double[6];

        PolicyLoss.Run(
            new() { Aggregation = Aggregation.Prompt },
            new() { Completions = 4, Groups = 2, Tokens = 6, EntropyTokens = 6, MaxCompletionLength = 8 },
            new()
            {
                Offsets = [0, 1, 4, 5, 6],
                LogProbabilities = [-1, -1, -1, -1, -1, -1],
                Advantages = [-1, -1, -1, -1],
                GroupTokens = [4, 4, 2, 2],
            },
            new() { LogProbabilities = gradient }, new CompletionSums[4]);

        Assert.Equal([0.125, 0.125, 0.125, 0.125, 0.25, 0.25], gradient);
    }

    [Fact]
    public void A_product_of_ratios_beyond_all_numbers_stays_a_number()
    {
        double[] gradient = new double[2];
        var sums = new CompletionSums[1];

        PolicyLoss.Run(
            Of(LossKind.Rloo), new() { Completions = 1, Tokens = 2, EntropyTokens = 2, MaxCompletionLength = 8 },
            new() { Offsets = [0, 2], LogProbabilities = [-1, -1], OldLogProbabilities = [-900, -900], Advantages = [1] },
            new() { LogProbabilities = gradient }, sums);

        Assert.Equal([0, 0], gradient);
        Assert.Equal(-1.2, sums[0].PolicyLoss, 1e-12);
    }

    static PolicyLossSettings Of(LossKind kind) => new() { Kind = kind };

    static PolicyLossSettings Corrected(SamplerCorrectionMode mode) =>
        new() { SamplerCorrection = new() { Mode = mode, ClipMin = 0.9, ClipMax = 1.1 } };
}
