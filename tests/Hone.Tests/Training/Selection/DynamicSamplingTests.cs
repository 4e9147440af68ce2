using Hone.Grading;
using Hone.Training;
using Hone.Training.Selection;

namespace Hone.Tests.Training.Selection;

public sealed class DynamicSamplingTests : IDisposable
{
    readonly SmallTraining _training = new();

    public void Dispose() => _training.Dispose();

    static TrainingSettings Settings => SmallTraining.Settings with
    {
        EpochCount = 4,
        DynamicSampling = new() { MaxRefills = 2, MinInformativeShare = 1 },
    };

    [Fact]
    public void Groups_with_equal_rewards_give_way_to_groups_that_teach()
    {
        using var record = new MemoryRecord();

        _training.Train(record, Settings, new FlatGrader("p0", "p1"));

        var refilled = record.Steps.Values.Where(step => step.Refills > 0).ToArray();
        Assert.NotEmpty(refilled);
        Assert.All(refilled, step => Assert.InRange(step.Refills, 1, 2));
        foreach (var step in refilled)
        {
            var (trained, replaced) = record.Rollouts[step.Step];
            Assert.Equal(8, trained.Count);
            Assert.Equal(4 * step.Refills, replaced.Count);
            int drawn = 2 + step.Refills, teach = trained.Concat(replaced).Chunk(4).Count(Differ);
            Assert.Equal((double)teach / drawn, step.InformativeShare);
            Assert.Equal(Math.Min(2, teach), trained.Chunk(4).Count(Differ));
        }
    }

    [Fact]
    public void A_step_whose_groups_teach_enough_draws_no_more()
    {
        using var record = new MemoryRecord();

        _training.Train(record, Settings with { DynamicSampling = new() { MaxRefills = 2, MinInformativeShare = 0.5 } }, new FlatGrader("p0"));

        Assert.All(record.Steps.Values, step => Assert.Equal(0, step.Refills));
    }

    [Fact]
    public void Switched_off_it_draws_nothing()
    {
        using var record = new MemoryRecord();

        _training.Train(record, Settings with { DynamicSampling = new() { MaxRefills = 0, MinInformativeShare = 1 } }, new FlatGrader("p0", "p1"));

        Assert.All(record.Rollouts.Values, step => Assert.Empty(step.Replaced));
    }

    [Fact]
    public void Prompts_that_rest_are_counted_and_a_uniform_run_has_none()
    {
        using var resting = new MemoryRecord();
        using var uniform = new MemoryRecord();
        var grader = new FlatGrader("p0", "p1", "p2");

        _training.Train(resting, Settings, grader);
        _training.Train(uniform, Settings with { PromptSelection = PromptSelection.Uniform }, grader);

        Assert.Contains(resting.Steps.Values, step => step.PromptsResting > 0);
        Assert.All(uniform.Steps.Values, step => Assert.Equal(0, step.PromptsResting));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_run_with_refills_and_resting_prompts_dies_anywhere_and_resumes_to_the_same_end(bool written)
    {
        var grader = new FlatGrader("p0", "p1");
        using var straight = new MemoryRecord();
        byte[] expected = _training.Train(straight, Settings, grader);
        Assert.Contains(straight.Steps.Values, step => step.Refills > 0);

        for (int call = 0; call < straight.Calls; call += 3)
        {
            using var record = new MemoryRecord { Death = (call, written) };
            Assert.Throws<ProcessDiedException>(() => _training.Train(record, Settings, grader));

            Assert.Equal(expected, _training.Train(record, Settings, grader));
            Assert.Equal(straight.Cursor, record.Cursor);
            Assert.Equal(straight.Rewards, record.Rewards);
        }
    }

    static bool Differ(Rollout[] group) => group.Select(rollout => rollout.Reward).Distinct().Count() > 1;

    // Some prompts are worth the same whatever the answer; of the others every completion is worth something else.
    sealed class FlatGrader(params string[] flat) : IGrader
    {
        public Task<IReadOnlyList<Grade>> Grade(IReadOnlyList<GradingItem> items, CancellationToken stop) => Task.FromResult<IReadOnlyList<Grade>>(
            [.. items.Select(item => item.Scored(flat.Contains(item.Id.Split('/')[1]) ? 1 : item.Index + item.Completion.Length % 5, ""))]);
    }
}
