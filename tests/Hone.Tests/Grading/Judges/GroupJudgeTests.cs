using System.Text.RegularExpressions;
using Hone.Grading;
using Hone.Grading.Judges;
using Hone.Grading.Judges.Chat;

namespace Hone.Tests.Grading.Judges;

public sealed partial class GroupJudgeTests : IDisposable
{
    const string PairwiseSettings = $"\"mode\":\"pairwise\",\"rubric\":{JudgeTest.Correct}", RankingSettings = $"\"mode\":\"ranking\",\"rubric\":{JudgeTest.Correct}";

    readonly JudgeTest _test = new();

    public void Dispose() => _test.Dispose();

    [Fact]
    public async Task Pairwise_scores_are_the_share_of_wins_against_the_others()
    {
        await using var judge = _test.Judge(PairwiseSettings, Larger);

        var grades = await judge.Grade(Group("5", "9", "1", "7"), CancellationToken.None);

        Assert.True(judge.NeedsWholeGroups);
        Assert.Equal([1 / 3.0, 1, 0, 2 / 3.0], InOrder(grades));
        Assert.Equal(12, _test.Calls.Count);
    }

    [Fact]
    public async Task A_judge_that_looks_at_the_order_only_finds_ties()
    {
        await using var judge = _test.Judge(PairwiseSettings, _ => """{"better":"first"}""");

        Assert.Equal([0.5, 0.5], InOrder(await judge.Grade(Group("5", "9"), CancellationToken.None)));
    }

    [Fact]
    public async Task The_same_words_tie_without_a_question()
    {
        await using var judge = _test.Judge(PairwiseSettings, Larger);

        Assert.Equal([0.25, 0.25, 1], InOrder(await judge.Grade(Group("5", "5", "9"), CancellationToken.None)));
        Assert.Equal(2, _test.Calls.Count);
    }

    [Fact]
    public async Task Pairs_without_an_answer_are_left_out_and_a_completion_with_too_few_is_a_fault()
    {
        await using var judge = _test.Judge(PairwiseSettings, call => call.Messages[1].Content.Contains("66", StringComparison.Ordinal) ? "?" : Larger(call));

        var grades = (await judge.Grade(Group("5", "9", "66", "7"), CancellationToken.None)).OrderBy(grade => grade.Id).ToArray();

        Assert.Equal([0, 1, null, 0.5], grades.Select(grade => grade.Score));
        Assert.Equal("parse", grades[2].Fault!.Boundary);
    }

    [Fact]
    public async Task One_completion_alone_is_compared_with_the_reference()
    {
        await using var judge = _test.Judge(PairwiseSettings, Larger);

        Assert.Equal(1, (await judge.GradeOne(Items.Of("9", reference: "8"))).Score);
        Assert.Equal(0, (await judge.GradeOne(Items.Of("7", reference: "8"))).Score);
        Assert.Equal("reference", (await judge.GradeOne(Items.Of("7"))).Fault!.Boundary);
    }

    [Theory]
    [InlineData(8, null, 28)]
    [InlineData(8, 2, 8)]
    [InlineData(8, 3, 12)]
    [InlineData(8, 4, 16)]
    [InlineData(7, 3, 7)]
    [InlineData(3, 2, 3)]
    [InlineData(2, 5, 1)]
    [InlineData(8, 7, 28)]
    public void Every_completion_meets_as_many_others(int count, int? opponents, int pairs)
    {
        var drawn = Pairwise.Pairs(count, opponents).ToArray();

        Assert.Equal(pairs, drawn.Select(pair => (Math.Min(pair.A, pair.B), Math.Max(pair.A, pair.B))).Distinct().Count());
        Assert.Equal(pairs, drawn.Length);
        Assert.Single(Enumerable.Range(0, count).Select(i => drawn.Count(pair => pair.A == i || pair.B == i)).Distinct());
    }

    [Fact]
    public async Task A_group_is_ranked_in_one_question_and_the_same_words_share_a_grade()
    {
        await using var judge = _test.Judge(RankingSettings, Points);

        var grades = await judge.Grade(Group("5", "9", "1", "5"), CancellationToken.None);

        Assert.Equal([0.5, 0.9, 0.1, 0.5], InOrder(grades));
        Assert.Single(_test.Calls);
        Assert.Equal(100, grades.Sum(grade => grade.Metrics.Single(metric => metric.Name == "inputTokens").Value), 9);
    }

    [Fact]
    public async Task A_large_group_is_ranked_in_even_parts()
    {
        await using var judge = _test.Judge($"{RankingSettings},\"perCall\":4", Points);

        var grades = await judge.Grade(Group("0", "1", "2", "3", "4", "5", "6", "7", "8", "9"), CancellationToken.None);

        Assert.Equal(Enumerable.Range(0, 10).Select(i => (double?)i / 10), InOrder(grades));
        Assert.Equal([3, 3, 4], _test.Calls.Select(call => call.Form.Fields.Count).Order());
    }

    [Fact]
    public async Task The_order_of_a_ranking_depends_on_the_ids_and_not_on_who_came_first()
    {
        await using var judge = _test.Judge($"{RankingSettings},\"cache\":false", Points);
        var group = Group("1", "2", "3", "4", "5", "6");

        await judge.Grade(group, CancellationToken.None);
        await judge.Grade([.. group.Reverse()], CancellationToken.None);
        await judge.Grade([.. group.Select(item => item with { Id = $"other-{item.Id}" })], CancellationToken.None);

        string[] orders = [.. _test.Calls.Select(call => string.Concat(Numbers(call)))];
        Assert.Equal(orders[0], orders[1]);
        Assert.NotEqual(orders[0], orders[2]);
        Assert.NotEqual("123456", orders[0]);
    }

    static GradingItem[] Group(params string[] answers) =>
        [.. answers.Select((answer, i) => Items.Of(answer, id: $"{i}") with { Group = "g", GroupSize = answers.Length })];

    static IEnumerable<double?> InOrder(IReadOnlyList<Grade> grades) => grades.OrderBy(grade => grade.Id, StringComparer.Ordinal).Select(grade => grade.Score);

    static string Larger(ChatCall call) => Numbers(call) is [var first, var second]
        ? $$"""{"better":"{{(first > second ? "first" : first < second ? "second" : "tie")}}"}"""
        : "?";

    static string Points(ChatCall call) =>
        JudgeTest.Verdicts([.. Numbers(call).Select((number, i) => (JudgePrompts.Label(i), $"{number}"))]).ToJsonString();

    static int[] Numbers(ChatCall call) => [.. Answer().Matches(call.Messages[1].Content).Select(match => int.Parse(match.Groups[1].Value))];

    [GeneratedRegex(@"\[\[BEGIN (?:\w+ )?ANSWER[^\]]*\]\]\n(\d+)\n")]
    private static partial Regex Answer();
}
