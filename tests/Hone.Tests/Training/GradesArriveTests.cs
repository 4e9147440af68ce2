using System.Collections.Concurrent;
using Hone.Grading;
using Hone.Training;

namespace Hone.Tests.Training;

/// <summary>When and in what order grades come changes nothing; what has come is not asked for again.</summary>
public sealed class GradesArriveTests : IDisposable
{
    static readonly TrainingSettings _settings = SmallTraining.Settings with { DynamicSampling = new() { MaxRefills = 0 } };

    readonly SmallTraining _training = new();

    public void Dispose() => _training.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_grader_that_answers_late_and_in_any_order_gives_the_same_run(int seed)
    {
        using var prompt = new MemoryRecord();
        using var late = new MemoryRecord();

        byte[] expected = _training.Train(prompt);
        byte[] actual = _training.Train(late, grader: new LateGrader(new LengthGrader(), seed));

        Assert.Equal(expected, actual);
        Assert.Equal(prompt.Rewards, late.Rewards);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_run_that_paused_for_faults_asks_only_for_what_has_no_grade(bool wholeGroups)
    {
        using var straight = new MemoryRecord();
        using var record = new MemoryRecord();
        var book = new MemoryBook();
        var failing = new CountingGrader(item => item.Id.StartsWith("step-2/", StringComparison.Ordinal) && item.Id.EndsWith("/1", StringComparison.Ordinal))
        {
            NeedsWholeGroups = wholeGroups,
        };
        var mended = new CountingGrader(_ => false) { NeedsWholeGroups = wholeGroups };
        byte[] expected = _training.Train(straight, _settings);

        var fault = Assert.Throws<GradingFaultException>(() => _training.Train(record, _settings, failing, book: book));
        byte[] actual = _training.Train(record, _settings, mended, book: book);

        Assert.Contains("the grader failed on 2 of 8 completions", fault.Message);
        Assert.Equal(expected, actual);
        Assert.Equal(straight.Rewards, record.Rewards);
        string[] again = [.. mended.Asked.Where(id => id.StartsWith("step-2/", StringComparison.Ordinal))];
        Assert.Equal(wholeGroups ? 8 : 2, again.Length);
        Assert.All(again, id => Assert.True(wholeGroups || id.EndsWith("/1", StringComparison.Ordinal)));
    }

    [Fact]
    public void Completions_that_were_kept_are_not_sampled_again()
    {
        using var record = new MemoryRecord();
        var book = new MemoryBook();
        var failing = new LengthGrader(item => item.Id.StartsWith("step-2/", StringComparison.Ordinal));
        Assert.Throws<GradingFaultException>(() => _training.Train(record, _settings, failing, book: book));

        // Nobody samples such a text, so it can only come from the book.
        book.Change(new Occasion("step", 2), rollout => rollout with { Text = "kept" });
        _training.Train(record, _settings, book: book);

        Assert.All(record.Rollouts[2].Trained, rollout => Assert.Equal("kept", rollout.Text));
        Assert.DoesNotContain(record.Rollouts[3].Trained, rollout => rollout.Text == "kept");
    }

    [Fact]
    public void Completions_of_other_weights_are_not_taken_for_these()
    {
        using var record = new MemoryRecord();
        var book = new MemoryBook();
        var failing = new LengthGrader(item => item.Id.StartsWith("step-2/", StringComparison.Ordinal));
        Assert.Throws<GradingFaultException>(() => _training.Train(record, _settings, failing, book: book));
        book.Change(new Occasion("step", 2), rollout => rollout with { Text = "kept" });

        using var other = new MemoryRecord();
        _training.Train(other, _settings with { LearningRate = 2e-2f }, book: book);

        Assert.DoesNotContain(other.Rollouts[2].Trained, rollout => rollout.Text == "kept");
    }

    [Fact]
    public void Faults_are_counted_by_kind_and_told()
    {
        using var record = new MemoryRecord();
        var failing = new LengthGrader(item => item.Id is "step-1/p0/0" or "step-1/p1/0" or "step-1/p2/0" or "step-1/p3/0");

        _training.Train(record, _settings with { MaxFaultShare = 0.5 }, failing);

        Assert.Equal((2, 2), (record.Steps[1].Faults, record.Steps[1].FaultKinds["test"]));
        Assert.Contains("2 of 8 completions got no score: 2 test.", record.Events);
        Assert.Equal(0, record.Steps[0].Faults);
    }

    // Answers each batch after its own while, backwards.
    sealed class LateGrader(IGrader grader, int seed) : IGrader
    {
        readonly Random _random = new(seed);

        public async Task<IReadOnlyList<Grade>> Grade(IReadOnlyList<GradingItem> items, CancellationToken stop)
        {
            int milliseconds;
            lock (_random)
            {
                milliseconds = _random.Next(12);
            }

            await Task.Delay(milliseconds, stop);
            return [.. (await grader.Grade(items, stop)).Reverse()];
        }
    }

    sealed class CountingGrader(Func<GradingItem, bool> fails) : IGrader
    {
        readonly LengthGrader _grader = new(fails);

        public ConcurrentBag<string> Asked { get; } = [];

        public bool NeedsWholeGroups { get; init; }

        public Task<IReadOnlyList<Grade>> Grade(IReadOnlyList<GradingItem> items, CancellationToken stop)
        {
            foreach (var item in items)
            {
                Asked.Add(item.Id);
            }

            return _grader.Grade(items, stop);
        }
    }
}
