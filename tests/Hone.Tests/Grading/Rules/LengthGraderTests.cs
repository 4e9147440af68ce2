namespace Hone.Tests.Grading.Rules;

public class LengthGraderTests
{
    [Theory]
    [InlineData("""{"kind":"length","least":2,"most":3}""", "one two", 1)]
    [InlineData("""{"kind":"length","least":2,"most":3}""", "one two three four", 0)]
    [InlineData("""{"kind":"length","least":2,"most":3}""", "one", 0)]
    [InlineData("""{"kind":"length","most":2,"slope":4}""", "one two three", 0.75)]
    [InlineData("""{"kind":"length","most":2,"slope":4}""", "a b c d e f g h", 0)]
    [InlineData("""{"kind":"length","least":4,"slope":4}""", "one", 0.25)]
    [InlineData("""{"kind":"length","least":4,"slope":4}""", "", 0)]
    [InlineData("""{"kind":"length","most":3}""", "", 1)]
    [InlineData("""{"kind":"length","unit":"characters","most":3}""", "  äbc \n", 1)]
    [InlineData("""{"kind":"length","unit":"characters","least":3}""", "a\u200B\u200B\u200B", 0)]
    [InlineData("""{"kind":"length","unit":"characters","most":1}""", "😀", 1)]
    [InlineData("""{"kind":"length","unit":"lines","least":2,"most":2}""", "a\n\n \nb\n", 1)]
    [InlineData("""{"kind":"length","unit":"words","least":4,"most":4}""", "我是学生", 1)]
    [InlineData("""{"kind":"length","unit":"words","least":2,"most":2}""", "it's don't", 1)]
    [InlineData("""{"kind":"length","unit":"words","least":1}""", "... --- !!!", 0)]
    public async Task A_length_within_the_band_scores_1_and_beside_it_less(string grader, string completion, double score) =>
        Assert.Equal(score, (await RuleTables.Grade(grader, completion)).Score!.Value, 12);

    [Theory]
    [InlineData("""{"kind":"length"}""", "grader.most is missing; give least, most or both, in words.")]
    [InlineData("""{"kind":"length","least":5,"most":2}""", "grader.least is 5, but needs to be 2 at most, which is most.")]
    [InlineData("""{"kind":"length","most":2,"slope":-1}""", "grader.slope is -1, but needs to be a number of 0 or more.")]
    public void A_problem_is_told(string json, string problem) => Assert.Equal([problem], RuleTables.Problems(json));
}
