using System.Text.RegularExpressions;
using Hone.Grading;

namespace Hone.Tests.Grading.Judges;

public sealed partial class JudgeLoadTests : IDisposable
{
    const int Items = 10_000, Distinct = 9_500, Concurrency = 24;

    const string Settings = """
        "rubric":{"criteria":[{"name":"correct","description":"The number is right."}]},"reasons":false,
        "limits":{"concurrency":24,"requestsPerMinute":1000000,"tokensPerMinute":1000000000,"retries":5,"backoffSeconds":0.002,"callSeconds":2},
        "price":{"input":1,"output":1}
        """;

    readonly JudgeTest _test = new();
    readonly Dictionary<int, int> _asked = [];
    readonly Dictionary<int, int> _answered = [];

    public void Dispose() => _test.Dispose();

    [Fact]
    public async Task Ten_thousand_calls_to_a_server_that_fails_in_every_way_lose_and_double_nothing_and_are_stored()
    {
        using var stub = new ChatStub(Answer);
        GradingItem[] items = [.. Enumerable.Range(0, Items).Select(i => Grading.Items.Of($"number {i % Distinct}.", id: $"i{i}"))];

        await using (var judge = _test.Judge(Settings, stub))
        {
            var grades = await judge.Grade(items, CancellationToken.None);

            Assert.Equal(items.Select(item => item.Id), grades.Select(grade => grade.Id));
            Assert.Empty(grades.Where(grade => grade.Fault is not null).Select(grade => $"{grade.Id} {grade.Fault}"));
            Assert.Equal(items.Select((_, i) => Score(i % Distinct)), grades.Select(grade => grade.Score!.Value));
            Assert.All(_answered.Values, times => Assert.Equal(1, times));
            Assert.Equal(Distinct, _answered.Count);
            Assert.InRange(stub.MostAtOnce, 2, Concurrency);
            Assert.Equal(Items - Distinct, grades.Count(grade => Metric(grade, "cached") == 1));
            Assert.InRange(grades.Sum(grade => Metric(grade, "cost")) / (Distinct * 110e-6), 1 - 1e-9, 1.2);
        }

        int calls = stub.Calls.Count;
        await using var again = _test.Judge(Settings, stub);
        var second = await again.Grade(items, CancellationToken.None);

        Assert.Equal(calls, stub.Calls.Count);
        Assert.All(second, grade => Assert.Equal(1, Metric(grade, "cached")));
        Assert.Equal(items.Select((_, i) => Score(i % Distinct)), second.Select(grade => grade.Score!.Value));
    }

    static double Score(int number) => number % 3 == 0 ? 1 : 0;

    static double Metric(Grade grade, string name) => grade.Metrics.Single(metric => metric.Name == name).Value;

    // What goes wrong is a function of the number; it goes well in the end.
    ChatStub.Reply Answer(ChatStub.Call call)
    {
        int number = int.Parse(Number().Match(call.Question.Contains("number", StringComparison.Ordinal)
            ? call.Question
            : call.Body.GetProperty("messages")[1].GetProperty("content").GetString()!).Groups[1].Value);
        int times;
        lock (_asked)
        {
            _asked[number] = times = _asked.GetValueOrDefault(number) + 1;
        }

        switch (number % 100)
        {
            case < 6 when times == 1:
                return new(429, """{"error":{"message":"slow down"}}""", "retry-after-ms: 2\r\n");
            case 6 when times <= 2:
                return new(429, "too many");
            case >= 10 and < 15 when times == 1:
                return new(500, "oops");
            case 15 when times <= 3:
                return new(503, """{"error":"busy"}""", "Retry-After: 0\r\n");
            case 20 when times == 1 && number % 400 == 20:
                return new(200, null);
            case >= 30 and < 34 when times == 1:
                return new(200, """{"choices":[{"message":{"content":"{\"corr""");
            case >= 40 and < 44 when times == 1:
                return ChatStub.Reply.Of("I would say {\"correct\": \"perhaps\"}.");
        }

        lock (_asked)
        {
            _answered[number] = _answered.GetValueOrDefault(number) + 1;
        }

        return ChatStub.Reply.Of($$"""{"correct":"{{(Score(number) == 1 ? "yes" : "no")}}"}""");
    }

    [GeneratedRegex(@"number (\d+)\.")]
    private static partial Regex Number();
}
