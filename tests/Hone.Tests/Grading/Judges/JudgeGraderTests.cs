using Hone.Grading;
using Hone.Grading.Judges.Chat;

namespace Hone.Tests.Grading.Judges;

public sealed class JudgeGraderTests : IDisposable
{
    const string Rubric = $"\"rubric\":{JudgeTest.Correct}";

    const string TwoCriteria = """
        "rubric":{"instructions":"Be strict.","criteria":[
            {"name":"correct","description":"The number is right.","weight":3},
            {"name":"clear","description":"Easy to follow.","choices":["bad","fair","good"]}]}
        """;

    readonly JudgeTest _test = new();

    public void Dispose() => _test.Dispose();

    [Theory]
    [InlineData("yes", "good", 1)]
    [InlineData("yes", "fair", 0.875)]
    [InlineData("no", "good", 0.25)]
    [InlineData("NO", "Bad", 0)]
    public async Task The_score_is_the_weighted_mean_of_the_choices(string correct, string clear, double score)
    {
        await using var judge = _test.Judge(TwoCriteria, _ => JudgeTest.Verdicts(("correct", correct), ("clear", clear)).ToJsonString());

        var grade = await judge.GradeOne(Items.Of("7"));

        Assert.Equal(score, grade.Score);
        Assert.Contains(grade.Metrics, metric => metric.Name == "clear" && metric.Type == MetricType.Reward);
        Assert.Contains("because", grade.Reason);
    }

    [Fact]
    public async Task An_answer_that_cannot_be_read_is_asked_for_once_more()
    {
        await using var judge = _test.Judge(Rubric, call => call.Failed is null ? "Looks right to me." : """{"correct":"yes"}""");

        var grade = await judge.GradeOne(Items.Of("7"));

        Assert.Equal(1, grade.Score);
        Assert.Equal(2, _test.Calls.Count);
        Assert.Equal(200, Assert.Single(grade.Metrics, metric => metric.Name == "inputTokens").Value);
    }

    [Fact]
    public async Task A_second_answer_that_cannot_be_read_is_a_parse_fault_and_is_not_stored()
    {
        await using var judge = _test.Judge(Rubric, _ => "Looks right to me.");

        var first = await judge.GradeOne(Items.Of("7"));
        await judge.GradeOne(Items.Of("7"));

        Assert.Null(first.Score);
        Assert.Equal("parse", first.Fault!.Boundary);
        Assert.Equal(4, _test.Calls.Count);
    }

    [Fact]
    public async Task Several_votes_count_by_their_mean_and_one_that_cannot_be_read_is_left_out()
    {
        string[] votes = ["yes", "no", "what?", "yes", "yes"];
        await using var judge = _test.Judge($"{Rubric},\"votes\":5,\"temperature\":0.7", call => $$"""{"correct":"{{votes[call.Vote]}}"}""");

        var grade = await judge.GradeOne(Items.Of("7"));

        Assert.Equal(0.75, grade.Score);
        Assert.Equal(Math.Sqrt(3) / 4, Assert.Single(grade.Metrics, metric => metric.Name == "spread").Value, 12);
    }

    [Fact]
    public async Task The_same_words_are_asked_once_and_cost_once()
    {
        await using var judge = _test.Judge($"{Rubric},\"price\":{{\"input\":10,\"output\":100}}", _ => """{"correct":"yes"}""");

        var grades = await judge.Grade([.. Enumerable.Range(0, 20).Select(i => Items.Of("7", id: $"{i}"))], CancellationToken.None);

        Assert.Single(_test.Calls);
        Assert.Equal(0.002, grades.Sum(grade => grade.Metrics.Single(metric => metric.Name == "cost").Value), 12);
    }

    [Theory]
    [InlineData("", "<think>It is 7, surely.</think>\nSo: 8", "So: 8", "surely")]
    [InlineData("\"showReasoning\":true,", "<think>It is 7, surely.</think>\nSo: 8", "surely", "nothing")]
    [InlineData("", "It is 7, surely.</think>8", "8", "surely")]
    [InlineData("", "<think>It is 7, surely.", "BEGIN ANSWER", "surely")]
    [InlineData("\"longestAnswer\":100,", "long long long long long long long long long long long long long long long long long long long long long long", "9 characters left out", "nothing")]
    public async Task The_judge_sees_the_part_that_it_is_to_see(string settings, string completion, string shown, string hidden)
    {
        await using var judge = _test.Judge($"{settings}{Rubric}", _ => """{"correct":"yes"}""");

        await judge.GradeOne(Items.Of(completion));

        Assert.Contains(shown, _test.Calls[0].Messages[1].Content);
        Assert.DoesNotContain(hidden, _test.Calls[0].Messages[1].Content);
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("\"showReference\":false,", false)]
    public async Task The_reference_is_shown_where_it_shall_be(string settings, bool shown)
    {
        await using var judge = _test.Judge($"{settings}{Rubric}", _ => """{"correct":"yes"}""");

        await judge.GradeOne(Items.Of("7", reference: "eighteen"));

        Assert.Equal(shown, _test.Calls[0].Messages[1].Content.Contains("eighteen", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_soft_budget_is_told_once_and_a_hard_one_pauses_and_keeps_what_was_answered()
    {
        string settings = $"{Rubric},\"price\":{{\"input\":10000,\"output\":0}},\"budget\":{{\"soft\":2,\"hard\":4}},\"limits\":{{\"concurrency\":1}}";
        GradingItem[] items = [.. Enumerable.Range(0, 6).Select(i => Items.Of($"{i}", id: $"{i}"))];
        await using (var judge = _test.Judge(settings, _ => """{"correct":"yes"}"""))
        {
            var guarded = new GuardedGrader(judge, "grader", Timeout.InfiniteTimeSpan);
            var pause = await Assert.ThrowsAsync<GradingPausedException>(() => guarded.Grade(items, CancellationToken.None));
            Assert.Contains("budget.hard is 4", pause.Message);
            Assert.Contains("budget.soft is 2", Assert.Single(_test.Told));
            Assert.Equal(4, _test.Calls.Count);
        }

        await using var resumed = _test.Judge(settings, _ => """{"correct":"yes"}""");
        var grades = await resumed.Grade(items, CancellationToken.None);

        Assert.All(grades, grade => Assert.Equal(1, grade.Score));
        Assert.Equal(6, _test.Calls.Count);
    }

    [Fact]
    public async Task What_is_unanswered_when_the_batch_s_time_is_over_is_a_fault_and_the_rest_has_scores()
    {
        using var stub = new ChatStub(call => call.Question.Contains("slow", StringComparison.Ordinal) ? new(200, null) : ChatStub.Reply.Of("""{"correct":"yes"}"""));
        await using var judge = _test.Judge($"{Rubric},\"limits\":{{\"batchSeconds\":4}}", stub);

        var grades = await judge.Grade([Items.Of("slow", id: "a"), Items.Of("quick", id: "b")], CancellationToken.None);

        Assert.Equal("deadline", grades[0].Fault!.Boundary);
        Assert.Equal(1, grades[1].Score);
    }

    [Theory]
    [InlineData("""{"kind":"judge"}""", "grader.model is missing")]
    [InlineData("""{"kind":"judge"}""", "grader.rubric is missing")]
    [InlineData("""{"kind":"judge","model":"m","endpoint":"here"}""", "grader.endpoint is \"here\"")]
    [InlineData("""{"kind":"judge","model":"m","apiKey":"sk-1"}""", "grader.apiKey is \"sk-1\", but needs to be an object such as {\"env\"")]
    [InlineData("""{"kind":"judge","model":"m","rubric":{"criteria":[{"name":"a","description":"d"},{"name":"a","description":"d"}]}}""", "criteria[1].name is \"a\"")]
    [InlineData("""{"kind":"judge","model":"m","rubric":{"criteria":[{"name":"a","description":"d","choices":["yes"]}]}}""", "choices is [\"yes\"]")]
    [InlineData("""{"kind":"judge","model":"m","rubric":{"criteria":[{"name":"a","description":"d","weight":-1}]}}""", "weight is -1")]
    [InlineData("""{"kind":"judge","model":"m","votes":3}""", "grader.votes is 3")]
    [InlineData("""{"kind":"judge","model":"m","budget":{"hard":1}}""", "grader.budget needs grader.price")]
    [InlineData("""{"kind":"judge","model":"m","limits":{"concurrency":0,"rpm":7}}""", "grader.limits.rpm is not known")]
    [InlineData("""{"kind":"judge","model":"m","limits":{"concurrency":0,"rpm":7}}""", "grader.limits.concurrency is 0")]
    [InlineData("""{"kind":"judge","modelFolder":"/no/such"}""", "grader.modelFolder is \"/no/such\"")]
    [InlineData("""{"kind":"judge","model":"m","mode":"listwise"}""", "grader.mode is \"listwise\"")]
    [InlineData("""{"kind":"judge","model":"m","opponents":3}""", "grader.opponents is not known")]
    public void Settings_that_cannot_be_used_are_told(string json, string sentence) =>
        Assert.Contains(JudgeTest.Problems(json), problem => problem.Contains(sentence, StringComparison.Ordinal));

    [Fact]
    public async Task An_answer_that_cannot_be_stored_counts_and_that_is_told_once()
    {
        string file = Path.Combine(Directory.CreateTempSubdirectory("hone-store-").FullName, "answers.db");
        using (var cache = new AnswerCache(file))
        {
            Assert.Null(cache.Find("x"));
        }

        Execute(file, "CREATE TRIGGER full BEFORE INSERT ON answers BEGIN SELECT RAISE(ABORT, 'the disk is full'); END");
        await using (var judge = _test.Judge($"\"cache\":\"{file}\",\"rubric\":{JudgeTest.Correct}", _ => """{"correct":"yes"}"""))
        {
            Assert.Equal(1, (await judge.GradeOne(Items.Of("7"))).Score);
            Assert.Equal(1, (await judge.GradeOne(Items.Of("8"))).Score);
        }

        Assert.Contains("the disk is full", Assert.Single(_test.Told));
        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
    }

    [Theory]
    [InlineData("""{}""", "price.input is missing")]
    [InlineData("""{"input":1}""", "price.output is missing")]
    public void A_price_names_both_ways(string price, string problem) => Assert.Contains(
        problem, string.Join('\n', JudgeTest.Problems($$"""{"kind":"judge","model":"m","price":{{price}},"rubric":{{JudgeTest.Correct}}}""")));

    static void Execute(string file, string sql)
    {
        using var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={file};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
