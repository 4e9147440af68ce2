using Hone.Grading;
using Hone.Grading.Combination;
using Hone.Grading.Rules;
using Hone.Tests.Grading.Rules;

namespace Hone.Tests.Grading.Combination;

public class CombinedGraderTests
{
    const string Gate =
        """{"kind":"gate","gates":[{"kind":"format"},{"kind":"length","most":20}],"grader":{"kind":"finalNumber"},"otherwise":-1}""";

    [Theory]
    [InlineData("#### 18", 1)]
    [InlineData("#### 17", 0)]
    [InlineData("18", -1)]
    [InlineData("", -1)]
    [InlineData("a b c d e f g h i j k l m n o p q r s t\n#### 18", -1)]
    public async Task A_gate_lets_through_what_is_in_form(string completion, double score) =>
        Assert.Equal(score, (await RuleTables.Grade(Gate, completion, "18")).Score);

    [Fact]
    public async Task A_gate_keeps_the_scores_of_its_parts()
    {
        var through = await RuleTables.Grade(Gate, "#### 18", "18");
        var held = await RuleTables.Grade(Gate, "18", "18");

        Assert.Equal(
            ["passed 1 Metric", "format 1 Reward", "length 1 Reward", "length.length 1 Metric", "finalNumber 1 Reward", "finalNumber.answered 1 Metric"],
            through.Metrics.Select(metric => $"{metric.Name} {metric.Value} {metric.Type}"));
        Assert.Equal(["passed", "format", "length", "length.length"], held.Metrics.Select(metric => metric.Name));
        Assert.StartsWith("Held back by a gate. ", held.Reason);
    }

    [Fact]
    public async Task The_grader_behind_a_gate_sees_only_what_passes_and_as_whole_groups()
    {
        var seen = new List<GradingItem>();
        var ranker = new Ranker(seen);
        var gate = new GateGrader([("form", new FormatGrader())], ("rank", ranker));
        GradingItem[] items =
        [
            .. Enumerable.Range(0, 4).Select(i => Items.Of(i % 2 == 0 ? "#### 1" : "none", id: $"{i}") with { Group = "g", GroupSize = 4 }),
        ];

        var grades = await gate.Grade(items, CancellationToken.None);

        Assert.True(gate.NeedsWholeGroups);
        Assert.Equal(["0", "2"], seen.Select(item => item.Id));
        Assert.All(seen, item => Assert.Equal(2, item.GroupSize));
        Assert.Equal([7, 0, 7, 0], grades.Select(grade => grade.Score!.Value));
    }

    [Fact]
    public async Task A_gate_that_fails_gives_no_score_and_asks_nobody()
    {
        var gate = new GateGrader(
            [("mine", new Items.Fake(_ => throw new InvalidOperationException("no")))], ("next", new Items.Fake(_ => throw new InvalidOperationException("asked"))));

        var grade = await gate.GradeOne(Items.Of("x"));

        Assert.Null(grade.Score);
        Assert.Equal(new("mine", "InvalidOperationException: no"), grade.Fault);
    }

    [Theory]
    [InlineData("""{"kind":"clip","max":0.5,"grader":{"kind":"format"}}""", "#### 1", 0.5)]
    [InlineData("""{"kind":"clip","min":-1,"max":1,"grader":{"kind":"weighted","parts":[{"weight":-9,"grader":{"kind":"format"}}]}}""", "#### 1", -1)]
    [InlineData("""{"kind":"scale","min":-1,"max":3,"grader":{"kind":"format"}}""", "#### 1", 0.5)]
    [InlineData("""{"kind":"scale","min":0.5,"max":1,"grader":{"kind":"format"}}""", "x", 0)]
    [InlineData("""{"kind":"scale","min":0,"max":0.5,"grader":{"kind":"format"}}""", "#### 1", 1)]
    [InlineData("""{"kind":"max","graders":[{"kind":"format"},{"kind":"contains","text":"x"}]}""", "x", 1)]
    [InlineData("""{"kind":"min","graders":[{"kind":"format"},{"kind":"contains","text":"x"}]}""", "x", 0)]
    [InlineData("""{"kind":"product","graders":[{"kind":"length","most":1,"slope":2},{"kind":"length","most":1,"slope":4}]}""", "a b", 0.375)]
    public async Task Scores_are_bounded_and_chosen(string grader, string completion, double score) =>
        Assert.Equal(score, (await RuleTables.Grade(grader, completion)).Score!.Value, 12);

    [Fact]
    public async Task The_score_that_was_clipped_stays_a_metric()
    {
        var grade = await RuleTables.Grade("""{"kind":"clip","max":0.5,"grader":{"kind":"format"}}""", "#### 1");

        Assert.Equal([new("format", 1, MetricType.Reward)], grade.Metrics);
        Assert.EndsWith("1 was clipped to 0.5.", grade.Reason);
    }

    [Theory]
    [InlineData("""{"kind":"max","graders":[{"kind":"format"},{"kind":"finalNumber"}]}""")]
    [InlineData("""{"kind":"min","graders":[{"kind":"finalNumber"},{"kind":"format"}]}""")]
    [InlineData("""{"kind":"product","graders":[{"kind":"finalNumber"}]}""")]
    [InlineData("""{"kind":"clip","max":1,"grader":{"kind":"finalNumber"}}""")]
    public async Task A_part_without_a_score_leaves_the_whole_without_one(string grader)
    {
        var grade = await RuleTables.Grade(grader, "#### 1");

        Assert.Null(grade.Score);
        Assert.Equal("finalNumber/reference", grade.Fault!.Boundary);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(80, 0)]
    [InlineData(90, -0.5)]
    [InlineData(100, -1)]
    [InlineData(150, -1)]
    public async Task Overlong_completions_are_punished_within_the_buffer_and_beyond(int tokens, double score) =>
        Assert.Equal(score, (await new OverlongGrader(20).GradeOne(Items.Of("x") with { CompletionTokens = tokens, MaxTokens = 100 })).Score);

    [Theory]
    [InlineData("""{"kind":"overlong"}""", 90, 100, -0.5)]
    [InlineData("""{"kind":"overlong","buffer":10,"maxTokens":50}""", 45, 100, -0.5)]
    public async Task The_limit_and_the_buffer_have_usual_values(string grader, int tokens, int most, double score) =>
        Assert.Equal(score, (await RuleTables.Build(grader).GradeOne(Items.Of("x") with { CompletionTokens = tokens, MaxTokens = most })).Score);

    [Theory]
    [InlineData(null, 100, "not known")]
    [InlineData(5, null, "not known")]
    [InlineData(5, 10, "not below the limit of 10")]
    public async Task Without_tokens_or_room_for_the_buffer_there_is_no_score(int? tokens, int? most, string told) =>
        Assert.Contains(told, (await new OverlongGrader(20).GradeOne(Items.Of("x") with { CompletionTokens = tokens, MaxTokens = most })).Fault!.Message);

    [Fact]
    public async Task Notes_and_disposal_reach_every_part()
    {
        Ranker one = new([]), other = new([]);
        var whole = new BoundedGrader(("inner", new WeightedGrader([new("a", 1, new GateGrader([("g", one)], ("h", other)))])), 0, 1);

        Assert.Equal(["a note", "a note"], whole.Notes);
        Assert.True(whole.NeedsWholeGroups);
        await whole.DisposeAsync();
        Assert.True(one.IsDisposed && other.IsDisposed);
    }

    [Theory]
    [InlineData("""{"kind":"gate","gates":[],"grader":{"kind":"format"}}""", "grader.gates is [], but needs to be a list with one {\"kind\":…} or more.")]
    [InlineData("""{"kind":"gate","gates":[{"kind":"format"}]}""", "grader.grader is missing; it scores what passes the gates.")]
    [InlineData("""{"kind":"gate","gates":[3],"grader":{"kind":"format"}}""", "grader.gates[0] is 3, but needs to be an object such as {\"kind\":\"finalNumber\"}.")]
    [InlineData("""{"kind":"gate","gates":[{"kind":"format","x":1}],"grader":{"kind":"format"}}""", "grader.gates[0].x is not known; the keys here are kind, pattern, ended.")]
    [InlineData("""{"kind":"clip","grader":{"kind":"format"}}""", "grader.max is missing; give min, max or both.")]
    [InlineData("""{"kind":"scale","min":0,"grader":{"kind":"format"}}""", "grader.max is missing; min and max say which scores become 0 and 1.")]
    [InlineData("""{"kind":"scale","min":1,"max":1,"grader":{"kind":"format"}}""", "grader.min is 1, but needs to be below max, which is 1.")]
    [InlineData("""{"kind":"max"}""", "grader.graders is missing, but needs to be a list with one {\"kind\":…} or more.")]
    public void A_problem_is_told(string json, string problem) => Assert.Equal([problem], RuleTables.Problems(json));

    sealed class Ranker(List<GradingItem> seen) : IGrader
    {
        public bool IsDisposed { get; private set; }

        public bool NeedsWholeGroups => true;

        public IEnumerable<string> Notes => ["a note"];

        public Task<IReadOnlyList<Grade>> Grade(IReadOnlyList<GradingItem> items, CancellationToken stop)
        {
            seen.AddRange(items);
            return Task.FromResult<IReadOnlyList<Grade>>([.. items.Select(item => item.Scored(7, ""))]);
        }

        public ValueTask DisposeAsync()
        {
            IsDisposed = true;
            return ValueTask.CompletedTask;
        }
    }
}
