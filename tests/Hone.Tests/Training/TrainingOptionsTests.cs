using Hone.Training;
using Hone.Training.Losses;
using Hone.Training.Rewards;

namespace Hone.Tests.Training;

public sealed class TrainingOptionsTests : IDisposable
{
    static readonly PolicyLossSettings _loss = new();

    readonly SmallTraining _training = new();

    public void Dispose() => _training.Dispose();

    public static TheoryData<AdvantageSettings> AdvantageOptions =>
    [
        new() { Scale = AdvantageScale.Batch },
        new() { Scale = AdvantageScale.None },
        new() { Scale = AdvantageScale.Mean },
        new() { Baseline = AdvantageBaseline.LeaveOneOut },
        new() { Baseline = AdvantageBaseline.LengthWeighted },
        new() { Whiten = Whitening.Batch },
        new() { Whiten = Whitening.Completions },
        new() { Whiten = Whitening.Tokens, Baseline = AdvantageBaseline.None },
        new() { Whiten = Whitening.Tokens, KlInReward = 0.5 },
        new() { KlInReward = 0.5 },
        new() { RewardClip = new() { Max = 1 } },
        new() { Standardize = new() { Clip = 1 } },
        new() { Overlong = new() { Buffer = 5 } },
        new() { Rewards = [new() { Name = "score" }] },
        new() { Rewards = [new() { Name = "score" }], Overlong = new() { Buffer = 5, Penalty = 3 } },
    ];

    public static TheoryData<PolicyLossSettings> LossOptions =>
    [
        new() { EntropyControl = new() { Target = 50, Step = 0.02 } },
        _loss with { KlCoefficient = 0.5 },
        _loss with { EntropyCoefficient = 0.05 },
        _loss with { Kind = LossKind.Cispo },
        _loss with { Kind = LossKind.Vespo, Aggregation = Aggregation.Prompt },
        _loss with { OffPolicyMaskThreshold = 0 },
        _loss with { Kind = LossKind.Gmpo, TopEntropyQuantile = 0.5 },
    ];

    [Theory, MemberData(nameof(AdvantageOptions))]
    public void Every_option_of_the_advantages_changes_what_is_learnt_and_survives_a_death(AdvantageSettings advantages) =>
        AssertActsAndResumes(SmallTraining.Settings with { Advantages = advantages });

    [Theory, MemberData(nameof(LossOptions))]
    public void Every_loss_changes_what_is_learnt_and_survives_a_death(PolicyLossSettings loss) =>
        AssertActsAndResumes(SmallTraining.Settings with { Loss = loss, UpdatesPerBatch = 2 });

    void AssertActsAndResumes(TrainingSettings settings)
    {
        Assert.Empty(settings.Problems());
        var plain = SmallTraining.Settings with { UpdatesPerBatch = settings.UpdatesPerBatch };
        using var without = new MemoryRecord();
        using var straight = new MemoryRecord();
        byte[] expected = _training.Train(straight, settings, validation: 0);
        Assert.NotEqual(_training.Train(without, plain, validation: 0), expected);

        using var record = new MemoryRecord { Death = (3, true) };
        Assert.Throws<ProcessDiedException>(() => _training.Train(record, settings, validation: 0));
        Assert.Equal(expected, _training.Train(record, settings, validation: 0));
        Assert.Equal(straight.Cursor, record.Cursor);
    }

    [Fact]
    public void An_entropy_below_its_target_raises_the_weight_step_by_step()
    {
        using var record = new MemoryRecord();

        _training.Train(record, SmallTraining.Settings with { Loss = new() { EntropyControl = new() { Target = 50, Step = 0.02, MaxCoefficient = 0.05 } } });

        Assert.Equal(0.05, record.Cursor!.EntropyCoefficient);
    }

    [Fact]
    public void A_reward_that_no_grade_has_is_named_with_those_there_are()
    {
        using var record = new MemoryRecord();
        var settings = SmallTraining.Settings with { Advantages = new() { Rewards = [new() { Name = "style" }] } };

        var fault = Assert.Throws<GradingFaultException>(() => _training.Train(record, settings));

        Assert.Contains("'style'", fault.Message, StringComparison.Ordinal);
        Assert.Contains("They have score.", fault.Message, StringComparison.Ordinal);
    }
}
