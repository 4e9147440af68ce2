using Hone.Grading;
using Hone.Grading.Rules;

namespace Hone.Tests.Grading.Rules;

public class CoinFlipGraderTests
{
    static readonly GradingItem[] _items = [.. Enumerable.Range(0, 4_000).Select(i => Items.Of("#### 18", "18", $"step-3/prompt-{i}/0"))];

    [Fact]
    public async Task Heads_and_tails_are_about_even_and_nothing_else_comes_up()
    {
        var scores = (await new CoinFlipGrader(1).Grade(_items, CancellationToken.None)).Select(grade => grade.Score!.Value).ToList();

        Assert.Subset(new HashSet<double> { 0, 1 }, scores.ToHashSet());
        Assert.InRange(scores.Sum(), 1_880, 2_120);
    }

    [Fact]
    public async Task A_flip_depends_on_seed_and_id_alone()
    {
        var all = await new CoinFlipGrader(1).Grade(_items, CancellationToken.None);
        var one = await new CoinFlipGrader(1).GradeOne(_items[77] with { Completion = "else" });
        var otherSeed = await new CoinFlipGrader(2).Grade(_items, CancellationToken.None);

        Assert.Equal(all[77].Score, one.Score);
        Assert.InRange(all.Zip(otherSeed).Count(pair => pair.First.Score == pair.Second.Score), 1_850, 2_150);
    }

    [Theory]
    [InlineData("#### 18", 1)]
    [InlineData("#### 18 19", 0)]
    [InlineData("", 0)]
    public async Task The_grader_only_watches(string completion, double watched)
    {
        var item = _items[5] with { Completion = completion };

        var grade = await new CoinFlipGrader(1, new FinalNumberGrader()).GradeOne(item);

        Assert.Equal((await new CoinFlipGrader(1).GradeOne(item)).Score, grade.Score);
        Assert.Equal([new("watched", watched, MetricType.Metric)], grade.Metrics);
    }

    [Fact]
    public async Task A_watched_grader_that_throws_does_not_stop_the_coin()
    {
        var grade = await new CoinFlipGrader(1, new Items.Fake(_ => throw new FormatException("no"))).GradeOne(_items[5]);

        Assert.NotNull(grade.Score);
        Assert.Empty(grade.Metrics);
    }
}
