using Hone.Training;
using Hone.Training.Losses;

namespace Hone.Tests.Training.Losses;

public class PolicyLossSettingsTests
{
    /// <summary>Settings that make no sense, and the key that the sentence begins with.</summary>
    public static TheoryData<PolicyLossSettings, string> Refused => new()
    {
        { new() { ClipLow = -0.1 }, "clipLow" },
        { new() { ClipHigh = double.NaN }, "clipHigh" },
        { new() { Delta = 1 }, "delta" },
        { new() { DualClip = 1 }, "dualClip" },
        { new() { DualClip = 3, Delta = 4 }, "delta" },
        { new() { Kind = LossKind.Cispo, ClipLow = 0.2 }, "clipLow" },
        { new() { Kind = LossKind.Sapo, ClipHigh = 0.2 }, "clipHigh" },
        { new() { Kind = LossKind.Vespo, Delta = 4 }, "delta" },
        { new() { Kind = LossKind.Gmpo, DualClip = 4 }, "dualClip" },
        { new() { Kind = LossKind.Gspo, ImportanceLevel = ImportanceLevel.Token }, "importanceLevel" },
        { new() { Kind = LossKind.Reinforce, ImportanceLevel = ImportanceLevel.Sequence }, "importanceLevel" },
        { new() { Kind = LossKind.Rloo, Aggregation = Aggregation.Dapo }, "aggregation" },
        { new() { Kind = LossKind.Gmpo, Aggregation = Aggregation.Grpo }, "aggregation" },
        { new() { KlCoefficient = double.PositiveInfinity }, "klCoefficient" },
        { new() { KlRatioWeighted = true }, "klRatioWeighted" },
        { new() { KlEstimator = KlEstimator.K2 }, "klEstimator" },
        { new() { Kind = LossKind.Rloo, KlCoefficient = 0.1, KlRatioWeighted = true }, "klRatioWeighted" },
        { new() { EntropyCoefficient = -1 }, "entropyCoefficient" },
        { new() { TopEntropyQuantile = 1.5 }, "topEntropyQuantile" },
        { new() { Kind = LossKind.Rloo, TopEntropyQuantile = 0.5 }, "topEntropyQuantile" },
        { new() { EntropyControl = new() { Target = 0 } }, "entropyControl.target" },
        { new() { EntropyControl = new() { Target = 1, Step = 0 } }, "entropyControl.step" },
        { new() { EntropyControl = new() { Target = 1, MaxCoefficient = 0 } }, "entropyControl.maxCoefficient" },
        { new() { EntropyCoefficient = 0.1, EntropyControl = new() { Target = 1 } }, "entropyControl.maxCoefficient" },
        { new() { OffPolicyMaskThreshold = -1 }, "offPolicyMaskThreshold" },
        { new() { Sapo = new() }, "sapo" },
        { new() { Vespo = new() }, "vespo" },
        { new() { Cispo = new() }, "cispo" },
        { new() { Kind = LossKind.Cispo, Cispo = new() { Cap = 0.28 } }, "cispo.cap" },
        { new() { Kind = LossKind.Cispo, Cispo = new() { Floor = 1.2 } }, "cispo.floor" },
        { new() { Kind = LossKind.Sapo, Sapo = new() { TemperaturePositive = 0 } }, "sapo.temperaturePositive" },
        { new() { Kind = LossKind.Sapo, Sapo = new() { TemperatureNegative = -1 } }, "sapo.temperatureNegative" },
        { new() { Kind = LossKind.Vespo, Vespo = new() { PowerPositive = -1 } }, "vespo.powerPositive" },
        { new() { Kind = LossKind.Vespo, Vespo = new() { DecayPositive = double.NaN } }, "vespo.decayPositive" },
        { new() { Kind = LossKind.Vespo, Vespo = new() { PowerNegative = 1000 } }, "vespo.powerNegative" },
        { new() { Kind = LossKind.Vespo, Vespo = new() { DecayNegative = -1 } }, "vespo.decayNegative" },
        { new() { SamplerCorrection = new() { ClipMin = 1.5 } }, "samplerCorrection.clipMin" },
        { new() { SamplerCorrection = new() { ClipMax = 0.5 } }, "samplerCorrection.clipMax" },
        { new() { SamplerCorrection = new() { ClipMax = null } }, "samplerCorrection.mode" },
        { new() { Kind = LossKind.Gmpo, SamplerCorrection = new() { Mode = SamplerCorrectionMode.TokenMask } }, "samplerCorrection.mode" },
    };

    [Fact]
    public void The_defaults_of_every_loss_can_be_run() =>
        Assert.All(Enum.GetValues<LossKind>(), kind => Assert.Empty(new PolicyLossSettings { Kind = kind }.Problems()));

    [Theory, MemberData(nameof(Refused))]
    public void What_makes_no_sense_is_refused_with_one_sentence(PolicyLossSettings settings, string key)
    {
        string problem = Assert.Single(settings.Problems());

        Assert.Equal(key, problem.Split(' ')[0]);
        Assert.EndsWith(".", problem);
    }

    [Fact]
    public void Every_problem_is_named_at_once()
    {
        var settings = new PolicyLossSettings
        {
            ClipLow = -0.1,
            ClipHigh = double.NaN,
            Delta = 1,
            KlCoefficient = double.PositiveInfinity,
            EntropyCoefficient = -1,
            TopEntropyQuantile = 1.5,
            Sapo = new() { TemperaturePositive = 0 },
        };

        string[] problems = [.. settings.Problems()];

        Assert.Equal(
            ["clipLow", "clipHigh", "delta", "klCoefficient", "entropyCoefficient", "topEntropyQuantile", "sapo", "sapo.temperaturePositive"],
            problems.Select(problem => problem.Split(' ')[0]));
    }

    [Theory]
    [InlineData(LossKind.Clipped, ImportanceLevel.Token, Aggregation.Dapo, 0.2, 0.28)]
    [InlineData(LossKind.Gspo, ImportanceLevel.Sequence, Aggregation.Grpo, 3e-4, 4e-4)]
    [InlineData(LossKind.GspoToken, ImportanceLevel.Token, Aggregation.Grpo, 3e-4, 4e-4)]
    [InlineData(LossKind.Luspo, ImportanceLevel.Sequence, Aggregation.Luspo, 3e-4, 4e-4)]
    [InlineData(LossKind.Gmpo, ImportanceLevel.Token, Aggregation.Grpo, 0.4, 0.4)]
    [InlineData(LossKind.Rloo, ImportanceLevel.Token, Aggregation.Grpo, 0.2, 0.2)]
    public void What_is_left_out_is_what_the_loss_is_published_with(
        LossKind kind, ImportanceLevel level, Aggregation aggregation, double low, double high)
    {
        var settings = new PolicyLossSettings { Kind = kind };

        Assert.Equal((level, aggregation, (low, high)), (settings.Level, settings.AveragedAs, settings.Clip));
    }

    [Fact]
    public void Losses_of_completions_refuse_advantages_of_tokens_and_a_kl_is_charged_once()
    {
        var perToken = new AdvantageSettings { Baseline = AdvantageBaseline.None, Whiten = Hone.Training.Rewards.Whitening.Tokens, KlInReward = 0.1 };

        Assert.Empty(new TrainingSettings { Advantages = perToken }.Problems());
        Assert.Contains("loss.kind", Assert.Single(new TrainingSettings { Advantages = perToken, Loss = new() { Kind = LossKind.Gmpo } }.Problems()));
        Assert.Contains("keep one", Assert.Single(new TrainingSettings { Advantages = perToken, Loss = new() { KlCoefficient = 0.1 } }.Problems()));
    }
}
