using System.Text.Json.Nodes;
using Hone.Jobs;
using Hone.Jobs.Diagnosis;
using Hone.Training;
using Verdicts = Hone.Jobs.Verdict;

namespace Hone.Server.Runs;

/// <summary>What training changed: base against tuned, and run against run.</summary>
static class EvaluationRoutes
{
    const int MostPairs = 100, MostRuns = 8;

    enum Outcome
    {
        Won,
        Lost,
        Same,
    }

    public static async Task List(Exchange exchange)
    {
        exchange.Query.RequireNoOther();
        using var run = await exchange.Run();
        await exchange.Answer(new
        {
            Data = run.Evaluations().Select(evaluation => new
            {
                evaluation.Name,
                evaluation.Step,
                evaluation.At,
                evaluation.Seconds,
                evaluation.Completions,
                evaluation.Faults,
                evaluation.LengthMean,
                evaluation.Entropy,
                evaluation.Loss,
                Accuracy = evaluation.Completions == 0 ? null : View(Accuracy.Of(run.Evaluation(evaluation.Name, evaluation.Step)!)),
            }),
        });
    }

    public static async Task Verdict(Exchange exchange)
    {
        var (from, to) = Names(exchange);
        exchange.Query.RequireNoOther();
        using var run = await exchange.Run();
        await exchange.Answer(new { From = from, To = to, Verdict = Of(run, from, to), Findings = RunFindings.Of(run) });
    }

    /// <summary>The prompts on which one model scored more than the other, with what both wrote.</summary>
    public static async Task Pairs(Exchange exchange)
    {
        var (from, to) = Names(exchange);
        var outcome = exchange.Query.Word<Outcome>("outcome");
        int skip = exchange.Query.Whole("after", 0, int.MaxValue) ?? 0, limit = exchange.Query.Whole("limit", 1, MostPairs) ?? 20;
        exchange.Query.RequireNoOther();
        using var run = await exchange.Run();
        if (run.LastEvaluation(from) is not { } before || run.LastEvaluation(to) is not { } after)
        {
            await exchange.Answer(new { Total = 0, Next = (int?)null, Data = Array.Empty<object>() });
            return;
        }

        var tuned = after.Rollouts.ToDictionary(rollout => (rollout.PromptId, rollout.Index));
        var pairs = before.Rollouts
            .Select(rollout => (Before: rollout, After: tuned.GetValueOrDefault((rollout.PromptId, rollout.Index))))
            .Where(pair => pair.After is not null && Fits(pair.Before, pair.After, outcome))
            .ToList();
        await exchange.Answer(new
        {
            Total = pairs.Count,
            Next = skip + limit < pairs.Count ? skip + limit : (int?)null,
            Data = pairs.Skip(skip).Take(limit).Select(pair => View(run, pair.Before, pair.After!)),
        });
    }

    public static async Task Compare(Exchange exchange)
    {
        var references = exchange.Query.Texts("job");
        exchange.Query.RequireNoOther();
        if (references.Count is < 2 or > MostRuns)
        {
            throw ApiProblem.Invalid($"job is given {references.Count} times, but a comparison takes 2 to {MostRuns} jobs: ?job=A&job=B.", "job");
        }

        List<object> jobs = [];
        List<SortedDictionary<string, string>> settings = [];
        foreach (string reference in references)
        {
            var job = await exchange.Jobs.Find(exchange.Caller, reference, exchange.Stop);
            using var run = Exchange.OpenRun(job);
            settings.Add(Flat(JobRoutes.SettingsOf(run)));
            jobs.Add(new
            {
                Job = JobView.Of(job),
                Columns = MetricColumns.Of(run.Metrics()),
                Evaluations = MetricColumns.Evaluations(run),
                Verdict = Of(run, JobRunner.BaseName, JobRunner.TunedName),
            });
        }

        var differing = settings.SelectMany(one => one.Keys).Distinct().Order(StringComparer.Ordinal)
            .Select(key => new { Key = key, Values = settings.Select(one => one.GetValueOrDefault(key)).ToArray() })
            .Where(row => row.Values.Distinct().Count() > 1);
        await exchange.Answer(new { Data = jobs, Differences = differing });
    }

    static (string From, string To) Names(Exchange exchange) =>
        (exchange.Query.Text("from") ?? JobRunner.BaseName, exchange.Query.Text("to") ?? JobRunner.TunedName);

    static object? Of(RunReader run, string from, string to) =>
        run.LastEvaluation(from) is { } before && run.LastEvaluation(to) is { } after && Verdicts.Of(before, after) is { } verdict
            ? new
            {
                Base = View(verdict.Base),
                Tuned = View(verdict.Tuned),
                Difference = new { verdict.Difference.Value, verdict.Difference.Interval.Low, verdict.Difference.Interval.High },
                verdict.RelativeGain,
                verdict.IsGraded,
                verdict.Wins,
                verdict.Losses,
                Sentence = verdict.Sentence(),
                LengthMean = new[] { before.LengthMean, after.LengthMean },
                Faults = new[] { before.Faults, after.Faults },
            }
            : null;

    static object View(Accuracy accuracy) => new { accuracy.Value, accuracy.Interval.Low, accuracy.Interval.High, Prompts = accuracy.N };

    static object View(RunReader run, Rollout before, Rollout after)
    {
        var prompt = run.Prompts(before.PromptId).OrderBy(found => found.Set == "training").FirstOrDefault();
        return new { Prompt = RolloutView.Prompt(prompt), PromptId = before.PromptId, before.Index, Before = View(before), After = View(after) };
    }

    static object View(Rollout rollout) => new
    {
        rollout.Text,
        rollout.Grade.Score,
        rollout.Grade.Reason,
        Tokens = rollout.Tokens.Length,
        rollout.Stop,
    };

    static bool Fits(Rollout before, Rollout after, Outcome? outcome) => outcome is not { } wanted
        || before.Grade.Score is { } from && after.Grade.Score is { } to
            && wanted == (to > from ? Outcome.Won : to < from ? Outcome.Lost : Outcome.Same);

    static SortedDictionary<string, string> Flat(JsonObject settings)
    {
        var flat = new SortedDictionary<string, string>(StringComparer.Ordinal);
        void Add(string path, JsonNode? node)
        {
            if (node is JsonObject members && members.Count > 0)
            {
                foreach (var (key, value) in members)
                {
                    Add(path.Length == 0 ? key : $"{path}.{key}", value);
                }
            }
            else
            {
                flat[path] = node?.ToJsonString(HoneJson.Options) ?? "none";
            }
        }

        Add("", settings);
        return flat;
    }
}
