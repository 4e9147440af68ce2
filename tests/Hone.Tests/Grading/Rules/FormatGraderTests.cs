using Hone.Grading.Rules;

namespace Hone.Tests.Grading.Rules;

public class FormatGraderTests
{
    [Theory]
    [InlineData("9*2=18\n#### 18", 1)]
    [InlineData("#### 1,250\n\n", 1)]
    [InlineData("#### 18 apples", 1)]
    [InlineData("#### 18\nthe end", 0)]
    [InlineData("18", 0)]
    [InlineData("", 0)]
    [InlineData("####", 0)]
    [InlineData("#### 18 19", 0)]
    [InlineData("#### ١٨", 0)]
    [InlineData("#### 123456789012345678901234567890", 1)]
    public async Task Without_a_pattern_the_last_line_is_the_answer(string completion, double score) =>
        Assert.Equal(score, (await new FormatGrader().GradeOne(Items.Of(completion))).Score);

    [Theory]
    [InlineData("<think>a</think>b", 1)]
    [InlineData("<think>a\nb</think>", 1)]
    [InlineData("a<think>b</think>", 0)]
    [InlineData("", 0)]
    [InlineData("<think>", 0)]
    public async Task A_pattern_matches_somewhere_unless_it_is_anchored(string completion, double score) =>
        Assert.Equal(score, (await new FormatGrader(@"(?s)^<think>.*</think>").GradeOne(Items.Of(completion))).Score);

    [Theory]
    [InlineData(false, true, 1)]
    [InlineData(true, true, 0)]
    [InlineData(true, false, 1)]
    public async Task What_was_cut_off_has_not_ended(bool truncated, bool ended, double score) =>
        Assert.Equal(score, (await new FormatGrader(@"\.$", ended).GradeOne(Items.Of("It is late.") with { Truncated = truncated })).Score);

    [Fact]
    public async Task A_pattern_that_explodes_runs_in_linear_time_where_it_can()
    {
        var grade = await new FormatGrader("^(a+)+$").GradeOne(Items.Of(new string('a', 50_000) + "!"));

        Assert.Equal(0, grade.Score);
    }

    [Fact]
    public async Task A_pattern_past_its_time_is_a_fault_and_not_a_zero()
    {
        // The look-ahead rules the linear engine out.
        var grade = await new FormatGrader("^(?=a)(a+)+$").GradeOne(Items.Of(new string('a', 40) + "!"));

        Assert.Null(grade.Score);
        Assert.Equal("format", grade.Fault!.Boundary);
    }

    [Fact]
    public void A_pattern_that_is_none_is_refused() => Assert.ThrowsAny<ArgumentException>(() => new FormatGrader("("));
}
