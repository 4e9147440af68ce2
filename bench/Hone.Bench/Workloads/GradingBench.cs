using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hone.Grading;

namespace Hone.Bench.Workloads;

/// <summary>Grades per second of graders that do next to nothing: what it costs to have them.</summary>
/// <param name="Names">Keys of <see cref="Graders"/>.</param>
/// <param name="Items">Completions of a batch.</param>
public sealed record GradingBench(IReadOnlyList<string> Names, int Items)
{
    const string LambdaHandler = """
        def lambda_handler(event, context):
            return [{"id": one["id"], "aggregate_reward_score": float(one["messages"][-1]["content"] == one["reference_answer"])} for one in event]
        """;

    /// <summary>What each grader is, as settings for a number of workers and a folder for its file.</summary>
    public static IReadOnlyDictionary<string, Func<int, string, JsonObject>> Graders { get; } = new Dictionary<string, Func<int, string, JsonObject>>
    {
        ["number"] = (_, _) => new() { ["kind"] = "finalNumber" },
        ["python"] = (workers, _) => new() { ["type"] = "python", ["source"] = "def grade(sample, item):\n    return 1.0\n", ["workers"] = workers },
        ["lambda"] = (workers, folder) => new() { ["kind"] = "python", ["file"] = Path.Combine(folder, "reward.py"), ["workers"] = workers },
    };

    public void Run(BenchSession session)
    {
        string folder = Directory.CreateTempSubdirectory("hone-bench-").FullName;
        try
        {
            File.WriteAllText(Path.Combine(folder, "reward.py"), LambdaHandler);
            foreach (string name in Names)
            {
                Run(session, name, Graders[name](session.Workers.Count, folder));
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    void Run(BenchSession session, string name, JsonObject settings)
    {
        var grader = new GraderSettings(JsonSerializer.SerializeToElement(settings)).Build();
        GradingItem[] items = [.. Enumerable.Range(0, Items).Select(Item)];
        try
        {
            var parameters = new JsonObject { ["grader"] = name, ["items"] = Items, ["workers"] = name == "number" ? 0 : session.Workers.Count };
            session.Report("grading", parameters, () => Seconds(grader, items, session.Stop), (runs, _) =>
            {
                var seconds = Spread.OfSeconds(runs);
                return new() { ["seconds"] = seconds.ToJson(), ["grades_per_s"] = seconds.RateOf(Items).ToJson() };
            });
        }
        finally
        {
            grader.DisposeAsync().AsTask().Wait();
        }
    }

    static double Seconds(IGrader grader, GradingItem[] items, CancellationToken stop)
    {
        long start = Stopwatch.GetTimestamp();
        var grades = grader.Grade(items, stop).GetAwaiter().GetResult();
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return grades.FirstOrDefault(grade => grade.Score is null) is { } failed
            ? throw new BenchException($"The grader failed: {failed.Fault}")
            : seconds;
    }

    static GradingItem Item(int number) => new(
        $"{number}", [new("user", $"What is {number} plus {number}?")], $"It is twice {number}.\n#### {2 * number}", $"{2 * number}",
        new Dictionary<string, JsonElement> { ["reference_answer"] = JsonSerializer.SerializeToElement($"{2 * number}") }, Truncated: false);
}
