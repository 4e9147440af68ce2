using Hone.Grading;
using Hone.Training;

namespace Hone.Tests.Training.Healing;

public sealed class SelfHealingTests : IDisposable
{
    const int Poisoned = 3;

    readonly SmallTraining _training = new();

    public void Dispose() => _training.Dispose();

    // Without a deviation to divide by, a reward beyond what a float holds makes a gradient that is not finite.
    static TrainingSettings Settings => SmallTraining.Settings with { Advantages = new() { Scale = AdvantageScale.None } };

    [Fact]
    public void A_gradient_that_is_not_finite_sends_the_run_back_with_a_lower_rate()
    {
        using var record = new MemoryRecord();

        _training.Train(record, Settings, Poison());

        Assert.Equal((1, 0.5, "steps"), (record.Cursor!.Rollbacks, record.Cursor.LearningRateFactor, record.Cursor.Ended));
        Assert.Contains(record.Events, sentence => sentence.Contains("went back to step 2 and goes on with 0.5 of the learning rate", StringComparison.Ordinal));
        Assert.Equal(Settings.LearningRate, (float)record.Steps[1].LearningRate);
        Assert.Equal(Settings.LearningRate / 2, (float)record.Steps[2].LearningRate);
        Assert.Equal(Settings.LearningRate / 2, (float)record.Steps[3].LearningRate);
    }

    [Fact]
    public void A_run_that_healed_dies_anywhere_and_resumes_to_the_same_end()
    {
        var poison = Poison();
        using var straight = new MemoryRecord();
        byte[] expected = _training.Train(straight, Settings, poison);
        Assert.Equal(1, straight.Cursor!.Rollbacks);

        for (int call = 0; call < straight.Calls; call++)
        {
            using var record = new MemoryRecord { Death = (call, call % 2 == 0) };
            Assert.Throws<ProcessDiedException>(() => _training.Train(record, Settings, poison));

            Assert.Equal(expected, _training.Train(record, Settings, poison));
            Assert.Equal(straight.Cursor, record.Cursor);
            Assert.Equal(straight.Rewards, record.Rewards);
        }
    }

    [Fact]
    public void What_three_lower_rates_do_not_mend_stops_the_run()
    {
        using var record = new MemoryRecord();
        var hopeless = new PoisonGrader(item => item.Id.StartsWith($"step-{Poisoned}/", StringComparison.Ordinal));

        var stop = Assert.Throws<GradientException>(() => _training.Train(record, Settings, hopeless));

        Assert.Contains("lower learning rate", stop.Message);
        Assert.Equal((3, 0.125), (record.Cursor!.Rollbacks, record.Cursor.LearningRateFactor));
        Assert.Throws<GradientException>(() => _training.Train(record, Settings, hopeless));
    }

    [Fact]
    public void Switched_off_the_first_stops_the_run()
    {
        using var record = new MemoryRecord();

        Assert.Throws<GradientException>(() => _training.Train(record, Settings with { SelfHealing = new() { MaxRollbacks = 0 } }, Poison()));

        Assert.Empty(record.Events);
    }

    // Poisons a group of step 3 when its completions are those of the first attempt: those of another learning rate differ.
    PoisonGrader Poison()
    {
        using var sound = new MemoryRecord();
        _training.Train(sound, Settings);
        var group = sound.Rollouts[Poisoned].Trained.Chunk(4).First();
        string[] texts = [.. group.Select(rollout => rollout.Text)];
        return new PoisonGrader(item => item.Id == $"step-{Poisoned}/{group[0].PromptId}/{item.Index}", texts);
    }

    sealed class PoisonGrader(Func<GradingItem, bool> concerns, string[]? texts = null) : IGrader
    {
        readonly LengthGrader _sound = new();

        public bool NeedsWholeGroups => true;

        public async Task<IReadOnlyList<Grade>> Grade(IReadOnlyList<GradingItem> items, CancellationToken stop)
        {
            var grades = await _sound.Grade(items, stop);
            return [.. items.Zip(grades).Chunk(4).SelectMany(group => Graded([.. group]))];
        }

        IEnumerable<Grade> Graded((GradingItem Item, Grade Grade)[] group)
        {
            bool hits = concerns(group[0].Item) && (texts is null || texts.SequenceEqual(group.Select(one => one.Item.Completion)));
            return group.Select(one => hits ? one.Item.Scored(one.Item.Index == 0 ? 1e300 : -1e300, "") : one.Grade);
        }
    }
}
