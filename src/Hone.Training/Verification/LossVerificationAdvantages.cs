using Hone.Training.Losses;
using Hone.Training.Rewards;

namespace Hone.Training.Verification;

static class LossVerificationAdvantages
{
    const double Relative = 1e-9, Absolute = 1e-9;

    public static void Run(LossVerificationValue file, LossVerificationReport report)
    {
        foreach (var @case in file["cases"].Items)
        {
            string name = $"advantages/{@case["name"].Text}";
            if (LossVerificationEstimator.Of(@case["settings"]) is { } settings)
            {
                Case(name, settings, new(@case["settings"], @case["inputs"], settings), @case["expected"], report);
            }
            else
            {
                report.NotBuilt(name, $"estimator {@case["settings"]["estimator"].Text}");
            }
        }

        foreach (var (index, @case) in file["overlong"].Items.Index())
        {
            int max = @case["max_completion_length"].Integer, buffer = @case["soft_punish_cache"].Integer;
            double[] punishments = [.. @case["lengths"].Items.Select(length => OverlongPunishment.Of(length.Integer, max, buffer))];
            report.Compare($"advantages/overlong-{index}", "punishment", punishments, @case["expected"], Relative, Absolute);
        }

        foreach (var @case in file["truncation"].Items)
        {
            Truncation($"advantages/truncation/{@case["name"].Text}", @case, report);
        }
    }

    static void Case(
        string name, AdvantageSettings settings, LossVerificationRewards inputs, LossVerificationValue expected, LossVerificationReport report)
    {
        var estimate = Advantages.Of(settings, inputs.Step);
        double[] advantages = expected["advantages"].Items is [{ IsList: true }, ..]
            ? inputs.Padded(estimate)
            : estimate.Advantages;
        report.Compare(name, "advantages", advantages, expected["advantages"], Relative, Absolute);
        foreach (string metric in expected["metrics"].Names)
        {
            if (Metric(metric, settings, inputs, estimate) is { } value)
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
    static double? Metric(string name, AdvantageSettings settings, LossVerificationRewards inputs, AdvantageEstimate estimate) => name.Split('/') switch
    {
        ["reward"] => estimate.Summary.RewardMean,
        ["reward_std"] => estimate.Summary.RewardStd,
        // Where the batch's deviation divides, the reference asks whether the whole batch is equal, not how many groups are.
        ["frac_reward_zero_std"] when inputs.Step.Parts.Count > 0 => inputs.SumsAreEqual(estimate) ? 1 : 0,
        ["frac_reward_zero_std"] when settings.DividesBy == AdvantageScale.Batch => estimate.Summary.RewardStd <= 1e-8 ? 1 : 0,
        ["frac_reward_zero_std"] => (double)estimate.Summary.EqualGroups / estimate.Summary.Groups,
        ["kl"] => inputs.Step.Drift.SelectMany(row => row).DefaultIfEmpty(double.NaN).Average(),
        ["rewards", ['r', .. var function], var moment] when int.TryParse(function, out int k) && inputs.Column(k) is { } column => moment switch
        {
            "mean" => column.Mean,
            "std" => column.StandardDeviation,
            _ => null,
        },
        _ => null,
    };

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
