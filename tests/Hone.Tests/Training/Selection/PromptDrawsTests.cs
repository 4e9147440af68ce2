using Hone.Training;
using Hone.Training.Selection;

namespace Hone.Tests.Training.Selection;

public sealed class PromptDrawsTests : IDisposable
{
    static readonly double?[] _equal = [1, 1, 1], _mixed = [0, 1, 1], _faults = [1, null, null];

    readonly string _folder = Directory.CreateTempSubdirectory("hone-draws-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(12, 4)]
    [InlineData(13, 4)]
    [InlineData(3, 4)]
    public void A_uniform_pass_is_the_epochs_order_without_what_fills_no_batch(int prompts, int batch)
    {
        var draws = new PromptDraws(prompts, batch, seed: 5, PromptSelection.Uniform);
        var order = new EpochOrder(prompts, batch, seed: 5);

        for (int step = 0; step < 12; step++)
        {
            Assert.Equal(order.ItemsOf(step), Step(draws, _ => _equal));
            Assert.Equal(order.EpochOf(step), draws.Pass);
        }
    }

    [Fact]
    public void Prompts_whose_rewards_were_equal_are_drawn_less_and_never_dropped()
    {
        const int Prompts = 200, Passes = 40;
        var draws = new PromptDraws(Prompts, 10, seed: 1, PromptSelection.Difficulty);
        int[] drawn = new int[Prompts];

        while (draws.Pass < Passes)
        {
            foreach (int prompt in Step(draws, prompt => prompt % 2 == 0 ? _equal : _mixed))
            {
                drawn[prompt]++;
            }
        }

        var settled = drawn.Where((_, prompt) => prompt % 2 == 0).ToArray();
        var others = drawn.Where((_, prompt) => prompt % 2 == 1).ToArray();
        Assert.All(others, count => Assert.InRange(count, Passes - 1, Passes + 1));
        Assert.InRange(settled.Average() / Passes, 0.24, 0.36);
        Assert.All(settled, count => Assert.InRange(count, 2, Passes));
    }

    [Fact]
    public void A_prompt_that_becomes_mixed_no_longer_rests()
    {
        var history = new SolveHistory(1);
        history.Learn(0, _equal);
        history.Learn(0, _equal);
        history.Learn(0, _equal);
        Assert.Equal(0.25, history.ShareOf(0));
        history.Learn(0, _faults);
        Assert.Equal(0.25, history.ShareOf(0));
        history.Learn(0, _mixed);
        Assert.Equal(1, history.ShareOf(0));
    }

    [Fact]
    public void Always_and_never_are_told_apart_by_the_runs_own_rewards()
    {
        var history = new SolveHistory(4);
        history.Learn(0, [2, 2]);
        history.Learn(1, [-1, -1]);
        history.Learn(2, [0, 0]);
        history.Learn(3, [-1, 2]);

        Assert.Equal((1, 1), history.Settled());
    }

    [Fact]
    public void What_was_not_committed_is_drawn_again()
    {
        var draws = new PromptDraws(10, 4, seed: 2, PromptSelection.Difficulty);
        int[] first = draws.Batch();
        draws.More(3);

        Assert.Equal(first, draws.Batch());
    }

    [Fact]
    public void Refills_are_new_to_the_pass_and_end_with_it()
    {
        var draws = new PromptDraws(10, 4, seed: 2, PromptSelection.Difficulty);
        int[] batch = draws.Batch(), more = draws.More(4), rest = draws.More(4);

        Assert.Equal(4, more.Length);
        Assert.Equal(2, rest.Length);
        Assert.Empty(draws.More(4));
        Assert.Equal(Enumerable.Range(0, 10), batch.Concat(more).Concat(rest).Order());
    }

    [Fact]
    public void A_saved_state_goes_on_as_if_it_had_never_been_saved()
    {
        var straight = new PromptDraws(23, 4, seed: 7, PromptSelection.Difficulty);
        for (int step = 0; step < 60; step++)
        {
            straight.Save(_folder);
            var resumed = new PromptDraws(23, 4, seed: 7, PromptSelection.Difficulty);
            resumed.Load(_folder);

            Assert.Equal(Step(straight, Reward(step)), Step(resumed, Reward(step)));
            Assert.Equal((straight.Pass, straight.Resting, straight.Settled()), (resumed.Pass, resumed.Resting, resumed.Settled()));
        }
    }

    [Fact]
    public void A_state_of_other_data_is_refused()
    {
        new PromptDraws(23, 4, seed: 7, PromptSelection.Difficulty).Save(_folder);

        var refusal = Assert.Throws<CheckpointException>(() => new PromptDraws(24, 4, seed: 7, PromptSelection.Difficulty).Load(_folder));

        Assert.Contains("23 prompts, but the training data has 24", refusal.Message);
    }

    static Func<int, double?[]> Reward(int step) => prompt => (prompt + step / 7) % 3 == 0 ? _mixed : _equal;

    static int[] Step(PromptDraws draws, Func<int, double?[]> rewards)
    {
        int[] batch = draws.Batch();
        draws.Commit(batch.Select(prompt => (prompt, rewards(prompt))));
        return batch;
    }
}
