using Hone.Grading;
using Hone.Grading.Cases;
using Hone.Tests.Jobs;

namespace Hone.Tests.Grading.Cases;

public sealed class GradeCaseTableTests : IDisposable
{
    readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_case_is_read_as_a_record_is()
    {
        var one = Assert.Single(Read(
            """{"name":"n","messages":[{"role":"user","content":[{"type":"text","text":"Q"}]}],"completion":"c","reference_answer":{"final_answer":"18","steps":[]},"level":3,"truncated":true,"expected":0.5}""").Cases);

        Assert.Equal(("n", 1, "c", "18", true), (one.Name, one.Line, one.Item.Completion, one.Item.Reference, one.Item.Truncated));
        Assert.Equal(new GradingMessage("user", "Q"), Assert.Single(one.Item.Prompt));
        Assert.Equal(["reference_answer", "level"], one.Item.Metadata.Keys);
    }

    [Theory]
    [InlineData("""{"completion":"","reference_answer":"18","expected":1}""", "18")]
    [InlineData("""{"completion":"","reference_answer":18.50,"expected":1}""", "18.50")]
    [InlineData("""{"completion":"","reference_answer":{"text":"a"},"expected":1}""", "a")]
    [InlineData("""{"completion":"","reference_answer":{"b":1},"expected":1}""", "{\"b\":1}")]
    [InlineData("""{"completion":"","reference_answer":["a","b"],"expected":1}""", "[\"a\",\"b\"]")]
    [InlineData("""{"completion":"","reference_answer":null,"expected":1}""", null)]
    [InlineData("""{"completion":"","expected":1}""", null)]
    public void The_reference_answer_is_a_text(string line, string? reference) => Assert.Equal(reference, Read(line).Cases[0].Item.Reference);

    [Theory]
    [InlineData("1", 1.0, true)]
    [InlineData("1", 0.999, false)]
    [InlineData("0.3", 0.1 + 0.2, true)]
    [InlineData("1", null, false)]
    [InlineData("\"fault\"", null, true)]
    [InlineData("\"fault\"", 0.0, false)]
    [InlineData("""{"min":0.2,"max":0.5}""", 0.5, true)]
    [InlineData("""{"min":0.2,"max":0.5}""", 0.51, false)]
    [InlineData("""{"min":0.2}""", 7.0, true)]
    [InlineData("""{"min":0.2}""", null, false)]
    [InlineData("""{"max":-1}""", -2.0, true)]
    [InlineData("""{"max":-1}""", 0.0, false)]
    public void An_expectation_is_a_number_bounds_or_a_fault(string expected, double? score, bool met)
    {
        var one = Read($$"""{"completion":"","expected":{{expected}}}""").Cases[0];

        Assert.Equal(met, one.Expected.IsMetBy(score is { } number ? one.Item.Scored(number, "") : one.Item.Failed("x", "y")));
    }

    [Theory]
    [InlineData("""nonsense""", "line 1: this is not JSON")]
    [InlineData("""[1]""", "line 1: the line is [1], but needs to be an object")]
    [InlineData("""{"expected":1}""", "line 1: \"completion\" is missing, but needs to be a text.")]
    [InlineData("""{"completion":5,"expected":1}""", "line 1: \"completion\" is 5, but needs to be a text.")]
    [InlineData("""{"completion":""}""", "line 1: \"expected\" is missing, but needs to be a number, {\"min\":…,\"max\":…} or \"fault\".")]
    [InlineData("""{"completion":"","expected":"1"}""", "line 1: \"expected\" is \"1\"")]
    [InlineData("""{"completion":"","expected":{}}""", "line 1: \"expected\" is {}")]
    [InlineData("""{"completion":"","expected":{"min":2,"max":1}}""", "line 1: \"expected\" is {\"min\":2,\"max\":1}")]
    [InlineData("""{"completion":"","expected":{"min":2,"most":1}}""", "line 1: \"expected\" is ")]
    [InlineData("""{"completion":"","expected":1,"messages":"Q"}""", "line 1: \"messages\" is \"Q\"")]
    [InlineData("""{"completion":"","expected":1,"messages":[{"role":"user"}]}""", "line 1: \"messages\" is ")]
    [InlineData("""{"completion":"","expected":1,"truncated":1}""", "line 1: \"truncated\" is 1")]
    [InlineData("""{"completion":"\ud800","expected":1}""", "line 1: this is not JSON")]
    [InlineData("", "it holds no cases")]
    public void A_problem_is_a_sentence_with_its_line(string line, string problem) => Assert.StartsWith(problem, Assert.Single(Read(line).Problems));

    [Fact]
    public void All_problems_are_told_at_once_and_blank_lines_count()
    {
        var problems = Read("""{"completion":5,"expected":"x"}""", "", "{", """{"completion":"","expected":1}""").Problems;

        Assert.Equal(["line 1", "line 1", "line 3"], problems.Select(problem => problem.Split(':')[0]));
    }

    [Fact]
    public void Cases_of_one_group_know_its_size()
    {
        var cases = Read(
            """{"completion":"","expected":1,"group":"g"}""", """{"completion":"","expected":1}""", """{"completion":"","expected":1,"group":"g"}""").Cases;

        Assert.Equal([("g", 2), (null, 1), ("g", 2)], cases.Select(one => (one.Item.Group, one.Item.GroupSize)));
    }

    (IReadOnlyList<GradeCase> Cases, IReadOnlyList<string> Problems) Read(params string[] lines) =>
        GradeCaseTable.Read(_folder.File("cases.jsonl", string.Join('\n', lines)));
}
