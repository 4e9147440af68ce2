using Hone.Grading.Rules;

namespace Hone.Tests.Grading.Rules;

public class ContainsGraderTests
{
    [Theory]
    [InlineData("The cat sat.", 1)]
    [InlineData("A CAT'S hat", 1)]
    [InlineData("cat", 1)]
    [InlineData("to catch a cat", 1)]
    [InlineData("to catch it", 0)]
    [InlineData("two cats", 0)]
    [InlineData("a bobcat, a cat9", 0)]
    [InlineData("", 0)]
    public async Task The_reference_must_occur_as_a_word_of_its_own(string completion, double score) =>
        Assert.Equal(score, (await new ContainsGrader().GradeOne(Items.Of(completion, "cat"))).Score);

    [Fact]
    public async Task A_text_of_its_own_stands_in_for_the_reference() =>
        Assert.Equal(1, (await new ContainsGrader("the end.").GradeOne(Items.Of("This is The End.", "cat"))).Score);

    [Fact]
    public async Task Without_words_to_look_for_there_is_no_score()
    {
        var grade = await new ContainsGrader().GradeOne(Items.Of("The cat sat."));

        Assert.Null(grade.Score);
        Assert.Equal("reference", grade.Fault!.Boundary);
    }
}
