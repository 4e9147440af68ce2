using System.Text.Json.Nodes;
using Hone.Training;
using Hone.Training.Statistics;

namespace Hone.Jobs;

/// <summary>Mean score over prompts with its 95 % confidence interval.</summary>
/// <remarks>A prompt with several completions counts once, with their mean. Completions without a score are left out.</remarks>
public sealed record Accuracy(double Value, Interval Interval, int N)
{
    public static Accuracy Of(Evaluation evaluation) => Of([.. ByPrompt(evaluation).Values]);

    /// <summary>Wilson's interval when every value is 0 or 1, else the normal one.</summary>
    public static Accuracy Of(ReadOnlySpan<double> values)
    {
        var moments = Moments.Of(values);
        if (values.Length > 0 && !values.ContainsAnyExcept(0.0, 1.0))
        {
            return new(moments.Mean, Interval.Wilson(values.Count(1.0), values.Length), values.Length);
        }

        double half = Interval.NormalQuantile * Math.Sqrt(moments.SquaredError);
        return new(moments.Mean, new(moments.Mean - half, moments.Mean + half), values.Length);
    }

    /// <summary>Mean score of each prompt that has one, in the order of the evaluation.</summary>
    internal static OrderedDictionary<string, double> ByPrompt(Evaluation evaluation)
    {
        var means = new OrderedDictionary<string, double>();
        foreach (var prompt in evaluation.Rollouts.Where(rollout => rollout.Grade.Score is not null).GroupBy(rollout => rollout.PromptId))
        {
            means[prompt.Key] = prompt.Average(rollout => rollout.Grade.Score!.Value);
        }

        return means;
    }
}

/// <summary>What training changed: base and tuned model on the same prompts.</summary>
/// <remarks>Only prompts that both have a score for count. Wins are prompts on which the tuned model scored higher, losses lower.</remarks>
public sealed record Verdict(Accuracy Base, Accuracy Tuned, Difference Difference, int Wins, int Losses)
{
    /// <summary>Difference / base; null when the base scored nothing.</summary>
    public double? RelativeGain => Base.Value > 0 ? Difference.Value / Base.Value : null;

    /// <summary>Whether base and tuned scored something other than 0 or 1: then it is a mean score, not a share of right answers.</summary>
    public bool IsGraded { get; private init; }

    /// <returns>Null when no prompt has a score in both.</returns>
    public static Verdict? Of(Evaluation baseline, Evaluation tuned)
    {
        var (before, after) = (Accuracy.ByPrompt(baseline), Accuracy.ByPrompt(tuned));
        string[] prompts = [.. before.Keys.Where(after.ContainsKey)];
        if (prompts.Length == 0)
        {
            return null;
        }

        double[] from = [.. prompts.Select(prompt => before[prompt])], to = [.. prompts.Select(prompt => after[prompt])];
        return new(
            Accuracy.Of(from),
            Accuracy.Of(to),
            Difference.Paired(from, to),
            Wins: from.Zip(to).Count(pair => pair.Second > pair.First),
            Losses: from.Zip(to).Count(pair => pair.Second < pair.First))
        {
            IsGraded = baseline.Rollouts.Concat(tuned.Rollouts).Any(rollout => rollout.Grade.Score is { } score and not (0 or 1)),
        };
    }

    /// <summary>The verdict in one sentence.</summary>
    public string Sentence()
    {
        string what = IsGraded
            ? $"scores {Tuned.Value:F3} on average over {Tuned.N:N0} prompts, the base model {Base.Value:F3}"
            : $"answers {100 * Tuned.Value:F1} % of {Tuned.N:N0} prompts right, the base model {100 * Base.Value:F1} %";
        var (low, high) = (Difference.Interval.Low, Difference.Interval.High);
        string range = IsGraded ? $"{Rounded(low, 3):+0.000;−0.000} to {Rounded(high, 3):+0.000;−0.000}" : $"{Rounded(100 * low, 1):+0.0;−0.0} to {Rounded(100 * high, 1):+0.0;−0.0} points";
        return low > 0 ? $"Training helped: the tuned model {what} (difference with 95 % confidence: {range})."
            : high < 0 ? $"Training hurt: the tuned model {what} (difference with 95 % confidence: {range})."
            : double.IsNaN(low) ? $"The tuned model {what}; one prompt is too few for more."
            : $"No difference can be told: the tuned model {what} (difference with 95 % confidence: {range}, which includes 0).";
    }

    /// <summary>The form in which commands print it.</summary>
    public JsonObject ToJson(double seconds, string run) => new()
    {
        ["base"] = ToJson(Base),
        ["tuned"] = ToJson(Tuned),
        ["difference"] = new JsonObject
        {
            ["value"] = Number(Difference.Value),
            ["low"] = Number(Difference.Interval.Low),
            ["high"] = Number(Difference.Interval.High),
        },
        ["relativeGain"] = RelativeGain,
        ["seconds"] = seconds,
        ["run"] = run,
    };

    static JsonObject ToJson(Accuracy accuracy) => new()
    {
        ["accuracy"] = Number(accuracy.Value),
        ["low"] = Number(accuracy.Interval.Low),
        ["high"] = Number(accuracy.Interval.High),
        ["n"] = accuracy.N,
    };

    // JSON has no NaN: what cannot be told is null.
    static JsonValue? Number(double value) => double.IsFinite(value) ? JsonValue.Create(value) : null;

    /// <summary>Without the sign of a number that rounds to nothing: formats with signs would write it beside a plus.</summary>
    public static double Rounded(double value, int digits) => Math.Round(value, digits) + 0.0;
}
