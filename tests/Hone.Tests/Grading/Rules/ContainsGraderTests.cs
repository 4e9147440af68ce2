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
    [InlineData("a c\u200Bat", 1)]
    [InlineData("a ｃａｔ", 1)]
    [InlineData("a сat", 0)] // The first letter is Cyrillic.
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

    [Theory]
    [InlineData("""{"kind":"contains","texts":["dear","regards"]}""", "Dear all, kind regards", 1)]
    [InlineData("""{"kind":"contains","texts":["dear","regards"]}""", "Dear all", 0)]
    [InlineData("""{"kind":"contains","texts":["dear","regards"],"match":"any"}""", "Dear all", 1)]
    [InlineData("""{"kind":"contains","texts":["dear","regards"],"match":"share"}""", "Dear all", 0.5)]
    [InlineData("""{"kind":"contains","text":"hello","texts":["dear"],"match":"share"}""", "hello dear", 1)]
    [InlineData("""{"kind":"contains","text":"Dear","matchCase":true}""", "dear", 0)]
    [InlineData("""{"kind":"contains","text":"art","wholeWords":false}""", "party", 1)]
    [InlineData("""{"kind":"contains","text":"kind regards"}""", "kind\n  regards", 1)]
    [InlineData("""{"kind":"excludes","text":"sorry"}""", "I am SORRY", 0)]
    [InlineData("""{"kind":"excludes","text":"sorry"}""", "I am so\u200Brry", 0)]
    [InlineData("""{"kind":"excludes","texts":["sorry","cannot"]}""", "It cannot be", 0)]
    [InlineData("""{"kind":"excludes","texts":["sorry","cannot"]}""", "It can be", 1)]
    [InlineData("""{"kind":"excludes","text":"sorry"}""", "", 1)]
    public async Task Several_texts_must_or_must_not_occur(string grader, string completion, double score) =>
        Assert.Equal(score, (await RuleTables.Grade(grader, completion)).Score);

    [Theory]
    [InlineData("""["18","eighteen"]""", "it is eighteen", 1)]
    [InlineData("""["18","eighteen"]""", "it is 17", 0)]
    public async Task Any_of_several_references_may_occur(string reference, string completion, double score) =>
        Assert.Equal(score, (await new ContainsGrader([], PhraseCount.Any).GradeOne(RuleTables.ItemOf(completion, reference))).Score);

    [Theory]
    [InlineData("""{"kind":"excludes"}""", "grader.text is missing; it needs to be a word or phrase that must not occur (texts: a list of them).")]
    [InlineData("""{"kind":"contains","texts":["a"," "]}""", "grader.texts has a blank text, but needs to be a word or phrase; leave it out to look for the reference answer.")]
    public void A_problem_is_told(string json, string problem) => Assert.Equal([problem], RuleTables.Problems(json));
}
