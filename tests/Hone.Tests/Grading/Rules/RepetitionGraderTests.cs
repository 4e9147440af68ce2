using FsCheck;
using FsCheck.Fluent;
using Hone.Grading.Rules;

namespace Hone.Tests.Grading.Rules;

public class RepetitionGraderTests
{
    [Theory]
    [InlineData("", 1)]
    [InlineData("one", 1)]
    [InlineData("a rose is a rose", 1)]
    [InlineData("one two three four five six", 1)]
    public async Task A_text_that_does_not_repeat_itself_scores_1(string completion, double score) =>
        Assert.Equal(score, (await RuleTables.Grade("""{"kind":"repetition"}""", completion)).Score);

    [Theory]
    [InlineData("so it goes ")]
    [InlineData("ha")]
    [InlineData("Ha")]
    [InlineData("1 ")]
    [InlineData("。我是")]
    [InlineData("so\u200B it \u202Egoes ")]
    public async Task A_loop_scores_next_to_nothing(string unit) =>
        Assert.InRange((await RuleTables.Grade("""{"kind":"repetition"}""", string.Concat(Enumerable.Repeat(unit, 500)))).Score!.Value, 0, 0.02);

    [Theory]
    [InlineData(1, 0, "a b a b", 0.5)]
    [InlineData(2, 0, "a b a b a", 0.5)]
    [InlineData(1, 0.25, "a b a b", 2.0 / 3)]
    [InlineData(1, 0.5, "a b a b", 1)]
    public async Task The_share_of_repeated_runs_counts_beyond_what_is_free(int size, double free, string completion, double score) =>
        Assert.Equal(score, (await new RepetitionGrader(size, free).GradeOne(Items.Of(completion))).Score!.Value, 12);

    [Fact]
    public void Every_text_scores_between_0_and_1() =>
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(200),
            Prop.ForAll<string>(text => new RepetitionGrader(2, 0.1).GradeOne(Items.Of(text ?? "")).Result.Score is >= 0 and <= 1));

    [Theory]
    [InlineData("""{"kind":"repetition","size":0}""", "grader.size is 0, but needs to be a whole number from 1 to 20.")]
    [InlineData("""{"kind":"repetition","free":1}""", "grader.free is 1, but needs to be a number from 0 to 0.99.")]
    public void A_problem_is_told(string json, string problem) => Assert.Equal([problem], RuleTables.Problems(json));
}
