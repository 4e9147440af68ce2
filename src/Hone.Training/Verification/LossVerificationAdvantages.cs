using Hone.Training.Losses;
using Hone.Training.Statistics;

namespace Hone.Training.Verification;

static class LossVerificationAdvantages
{
    const double Relative = 1e-9, Absolute = 1e-9;

    public static void Run(LossVerificationValue file, LossVerificationReport report)
    {
        foreach (var @case in file["cases"].Items)
        {
            string name = $"advantages/{@case["name"].Text}";
            if (Missing(@case["settings"]) is { } missing)
            {
                report.NotBuilt(name, missing);
            }
            else
            {
                Case(name, @case["settings"], @case["inputs"]["rewards"], @case["expected"], report);
            }
        }

        foreach (var (index, _) in file["overlong"].Items.Index())
        {
            report.NotBuilt($"advantages/overlong-{index}", "overlong punishment");
        }

        foreach (var @case in file["truncation"].Items)
        {
            Truncation($"advantages/truncation/{@case["name"].Text}", @case, report);
        }
    }

    /// <summary>What the case needs and this build does not have; null when it has everything.</summary>
    static string? Missing(LossVerificationValue settings)
    {
        string estimator = settings["estimator"].Text;
        return estimator switch
        {
            "grpo" => settings["multi_objective_aggregation"].Text switch
            {
                "sum_then_normalize" => Scale(settings) is null ? $"scale_rewards {settings["scale_rewards"].Text}" : null,
                var other => other,
            },
            "rloo" when settings["normalize_advantages"].Flag => "rloo with normalize_advantages",
            "rloo" when !settings["reward_clip_range"].IsNull => "rloo with reward_clip_range",
            "rloo" when settings["beta"].Number != 0 => "rloo with beta",
            "rloo" => null,
            _ => estimator,
        };
    }

    static AdvantageScale? Scale(LossVerificationValue settings) => settings["scale_rewards"].Text switch
    {
        "group" => AdvantageScale.Group,
        "batch" => AdvantageScale.Batch,
        "none" => AdvantageScale.None,
        _ => null,
    };

    static void Case(
        string name, LossVerificationValue settings, LossVerificationValue rewards, LossVerificationValue expected,
        LossVerificationReport report)
    {
        bool leaveOneOut = settings["estimator"].Text == "rloo";
        double[] weights = settings["reward_weights"].Numbers;
        double[][] scores = rewards.Rows(rewards.Items.Length, weights.Length);
        double?[] combined = [.. scores.Select(row => Advantages.Combine([.. row.Select(OrNone)], weights))];
        int groupSize = settings["num_generations"].Integer;
        if (groupSize < 1 || combined.Length % groupSize != 0)
        {
            throw rewards.Unlike($"a list of whole groups of {groupSize}");
        }

        double[] advantages = new double[combined.Length];
        var summary = Advantages.Compute(
            new()
            {
                Scale = leaveOneOut ? AdvantageScale.None : Scale(settings)!.Value,
                Baseline = leaveOneOut ? AdvantageBaseline.LeaveOneOut : AdvantageBaseline.GroupMean,
            },
            combined, groupSize, advantages);

        report.Compare(name, "advantages", advantages, expected["advantages"], Relative, Absolute);
        foreach (string metric in expected["metrics"].Names)
        {
            double? actual = Metric(metric, scores, summary, byBatch: !leaveOneOut && Scale(settings) == AdvantageScale.Batch);
            if (actual is { } value)
            {
                report.Compare(name, $"metrics/{metric}", [value], expected["metrics"][metric], Relative, Absolute);
            }
            else
            {
                report.NotBuilt(name, $"metrics/{metric}");
            }
        }
    }

    /// <summary>A metric under the reference's name; null when there is none of that name.</summary>
    static double? Metric(string name, double[][] scores, AdvantageSummary summary, bool byBatch) => name.Split('/') switch
    {
        ["reward"] => summary.RewardMean,
        ["reward_std"] => summary.RewardStd,
        // With the batch's deviation the reference asks whether the whole batch is equal, not how many groups are.
        ["frac_reward_zero_std"] when byBatch => summary.RewardStd <= 1e-8 ? 1 : 0,
        ["frac_reward_zero_std"] => (double)summary.EqualGroups / summary.Groups,
        ["rewards", ['r', .. var function], var moment] when int.TryParse(function, out int k) && k >= 0 && scores.All(row => k < row.Length) =>
            moment switch
            {
                "mean" => Column(scores, k).Mean,
                "std" => Column(scores, k).StandardDeviation,
                _ => null,
            },
        _ => null,
    };

    static Moments Column(double[][] scores, int k) => Moments.Of([.. scores.Select(row => row[k]).Where(score => !double.IsNaN(score))]);

    static double? OrNone(double score) => double.IsNaN(score) ? null : score;

    /// <summary>The tokens that train when truncated completions are masked. Which are truncated is the generator's to say.</summary>
    static void Truncation(string name, LossVerificationValue @case, LossVerificationReport report)
    {
        int[] lengths = [.. @case["inputs"]["completion_ids"].Items.Select(ids => ids.Items.Length)];
        bool[] truncated = [.. @case["expected"]["is_truncated"].Items.Select(flag => flag.Flag)];
        if (truncated.Length != lengths.Length)
        {
            throw @case["expected"]["is_truncated"].Unlike($"a list of {lengths.Length}, one for each completion");
        }

        var settings = new PolicyLossSettings { MaskTruncated = @case["settings"]["mask_truncated_completions"].Flag };
        var totals = StepTotals.Of(settings, int.MaxValue, lengths, truncated);
        report.Compare(name, "num_items_in_batch", [totals.Tokens], @case["expected"]["num_items_in_batch"], Relative, Absolute);
    }
}
