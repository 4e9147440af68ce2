using Hone.Grading;
using Hone.Grading.Combination;
using Hone.Grading.Rules;

namespace Hone.Tests.Grading.Combination;

public class WeightedGraderTests
{
    static readonly WeightedGrader _answerAndForm =
        new([new("answer", 1, new FinalNumberGrader()), new("form", 0.25, new FormatGrader())]);

    [Theory]
    [InlineData("#### 18", 1.25)]
    [InlineData("#### 17", 0.25)]
    [InlineData("#### 18\nand more", 1)]
    [InlineData("18", 0)]
    [InlineData("", 0)]
    [InlineData("#### 18 19", 0)]
    [InlineData("#### 123456789012345678901234567890", 0.25)]
    public async Task The_score_is_the_weighted_sum(string completion, double score) =>
        Assert.Equal(score, (await _answerAndForm.GradeOne(Items.Of(completion, "18"))).Score);

    [Fact]
    public async Task The_parts_are_kept_as_metrics()
    {
        var grade = await _answerAndForm.GradeOne(Items.Of("#### 17", "18"));

        Assert.Equal(
            [
                new("answer", 0, MetricType.Reward), new("answer.answered", 1, MetricType.Metric),
                new("form", 1, MetricType.Reward),
            ],
            grade.Metrics);
    }

    [Fact]
    public async Task A_fault_of_a_part_is_the_fault_of_the_whole_and_names_the_part()
    {
        var grade = await _answerAndForm.GradeOne(Items.Of("#### 17", reference: null));

        Assert.Null(grade.Score);
        Assert.Equal("answer/reference", grade.Fault!.Boundary);
        Assert.Contains(new("form", 1, MetricType.Reward), grade.Metrics);
    }

    [Fact]
    public async Task A_part_that_throws_faults_by_its_name_and_leaves_the_others()
    {
        var grader = new WeightedGrader(
        [
            new("form", 1, new FormatGrader()),
            new("mine", 1, new Items.Fake(_ => throw new InvalidOperationException("no such file"))),
        ]);

        var grade = await grader.GradeOne(Items.Of("#### 17"));

        Assert.Equal(new("mine", "InvalidOperationException: no such file"), grade.Fault);
        Assert.Equal([new("form", 1, MetricType.Reward)], grade.Metrics);
    }

    [Fact]
    public async Task Grades_are_matched_by_id_whatever_their_order()
    {
        var grader = new WeightedGrader(
            [new("backwards", 1, new Items.Fake(items => [.. items.Reverse().Select(item => item.Scored(item.Completion.Length, ""))]))]);

        var grades = await grader.Grade([Items.Of("x", id: "1"), Items.Of("xx", id: "2")], CancellationToken.None);

        Assert.Equal([("1", 1.0), ("2", 2.0)], grades.Select(grade => (grade.Id, grade.Score!.Value)));
    }
}
