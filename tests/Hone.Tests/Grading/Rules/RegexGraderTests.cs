namespace Hone.Tests.Grading.Rules;

public class RegexGraderTests
{
    [Theory]
    [InlineData("""{"kind":"regex","pattern":"[0-9]{3}"}""", "no 123 here", 1)]
    [InlineData("""{"kind":"regex","pattern":"[0-9]{3}"}""", "no 12 here", 0)]
    [InlineData("""{"kind":"regex","pattern":"[0-9]{3}","match":"full"}""", "123", 1)]
    [InlineData("""{"kind":"regex","pattern":"[0-9]{3}","match":"full"}""", "123\n", 0)]
    [InlineData("""{"kind":"regex","pattern":"a|b","match":"full"}""", "ab", 0)]
    [InlineData("""{"kind":"regex","pattern":"yes","ignoreCase":true}""", "YES", 1)]
    [InlineData("""{"kind":"regex","pattern":"^yes$"}""", "", 0)]
    [InlineData("""{"kind":"regex","pattern":"(?=.*a)(?=.*b)"}""", "b a", 1)]
    public async Task A_pattern_matches_or_not(string grader, string completion, double score) =>
        Assert.Equal(score, (await RuleTables.Grade(grader, completion)).Score);

    [Theory]
    [InlineData("""{"kind":"regex","pattern":"Order: ([A-Z0-9]+)","group":1}""", "Order: X17", 1)]
    [InlineData("""{"kind":"regex","pattern":"Order: (?<id>[A-Z0-9]+)","group":"id"}""", "Order: X17", 1)]
    [InlineData("""{"kind":"regex","pattern":"Order: ([A-Z0-9]+)","group":1}""", "Order: X18", 0)]
    [InlineData("""{"kind":"regex","pattern":"Order: ([A-Z0-9]+)","group":1}""", "Order: X16 Order: X17", 0)]
    [InlineData("""{"kind":"regex","pattern":"Order: ([A-Z0-9]+)","group":1}""", "Order: X17 Order: X17", 1)]
    [InlineData("""{"kind":"regex","pattern":"Order: ([A-Z0-9]+)","group":1,"take":"last"}""", "Order: X16 Order: X17", 1)]
    [InlineData("""{"kind":"regex","pattern":"Order: ([A-Z0-9]+)","group":1,"take":"first"}""", "Order: X16 Order: X17", 0)]
    [InlineData("""{"kind":"regex","pattern":"Order: ([A-Za-z0-9]+)","group":1,"ignoreCase":true}""", "order: x17", 1)]
    [InlineData("""{"kind":"regex","pattern":"Order: ([A-Z0-9]+)","group":1}""", "X17", 0)]
    [InlineData("""{"kind":"regex","pattern":"Order: ([A-Z0-9]+)","group":1}""", "", 0)]
    public async Task A_capture_is_compared_with_the_reference(string grader, string completion, double score) =>
        Assert.Equal(score, (await RuleTables.Grade(grader, completion, "X17")).Score);

    [Fact]
    public async Task Listing_every_candidate_gains_nothing()
    {
        string all = string.Join(' ', Enumerable.Range(0, 5000).Select(n => $"Order: X{n}"));

        Assert.Equal(0, (await RuleTables.Grade("""{"kind":"regex","pattern":"Order: ([A-Z0-9]+)","group":1}""", all, "X17")).Score);
    }

    [Fact]
    public async Task A_pattern_that_takes_too_long_is_a_fault()
    {
        var grade = await RuleTables.Grade("""{"kind":"regex","pattern":"(?=a)(a+)+$"}""", new string('a', 40) + "!");

        Assert.Null(grade.Score);
        Assert.Contains("500 ms", grade.Fault!.Message);
    }

    [Theory]
    [InlineData("""{"kind":"regex"}""", "grader.pattern is missing; it needs to be a regular expression such as \"^Order [0-9]+$\".")]
    [InlineData("""{"kind":"regex","pattern":"a)|(b","match":"full"}""", "grader.pattern is \"a)|(b\", which is not a regular expression: Invalid pattern 'a)|(b' at offset 2. Too many )'s.")]
    [InlineData("""{"kind":"regex","pattern":"a","group":2}""", "grader.group is 2, but the pattern has no such group.")]
    [InlineData("""{"kind":"regex","pattern":"a","take":"last"}""", "grader.group is missing; take and field say what to compare its capture with.")]
    public void A_problem_is_told(string json, string problem) => Assert.Contains(problem, RuleTables.Problems(json));
}
