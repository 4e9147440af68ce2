using Hone.Training.Losses;

namespace Hone.Training.Verification;

static class LossVerificationPolicy
{
    const double Relative = 1e-10, Absolute = 1e-12;

    public static void Run(LossVerificationValue file, LossVerificationReport report)
    {
        foreach (var @case in file["cases"].Items)
        {
            string name = $"policy-loss/{@case["name"].Text}";
            if (!LossVerificationSettings.Has(@case["settings"]))
            {
                report.NotBuilt(name, $"loss_type {@case["settings"]["loss_type"].Text}");
            }
            else
            {
                Case(name, new LossVerificationBatch(@case["settings"], @case["inputs"]), @case["expected"], report);
            }
        }
    }

    static void Case(string name, LossVerificationBatch batch, LossVerificationValue expected, LossVerificationReport report)
    {
        double[] gradient = new double[batch.Tokens], ofEntropy = new double[batch.Tokens];
        var sums = new CompletionSums[batch.Completions];
        PolicyLoss.Run(
            batch.Settings, batch.Totals, batch.Inputs,
            new PolicyGradients { LogProbabilities = gradient, Entropies = ofEntropy }, sums);
        var metrics = PolicyMetrics.Of(sums, batch.ClipsWholeCompletions);

        report.Compare(name, "loss", [metrics.Loss], expected["loss"], Relative, Absolute);
        report.Compare(name, "grad_logp", gradient, expected["grad_logp"], Relative, Absolute);
        if (expected.Has("grad_entropy"))
        {
            report.Compare(name, "grad_entropy", ofEntropy, expected["grad_entropy"], Relative, Absolute);
        }

        if (expected.Has("entropy_mask"))
        {
            report.Compare(name, "entropy_mask", batch.EntropyMask, expected["entropy_mask"], Relative, Absolute);
        }

        if (expected.Has("importance_sampling_ratio"))
        {
            report.Compare(
                name, "importance_sampling_ratio", batch.SamplerRatios(), expected["importance_sampling_ratio"], Relative, Absolute);
        }

        foreach (string metric in expected["metrics"].Names)
        {
            if (Metric(metric, metrics, batch) is { } actual)
            {
                report.Compare(name, $"metrics/{metric}", [actual], expected["metrics"][metric], Relative, Absolute);
            }
            else
            {
                report.NotBuilt(name, $"metrics/{metric}");
            }
        }
    }

    /// <summary>A metric under the reference's name; null when there is none of that name.</summary>
    static double? Metric(string name, PolicyMetrics metrics, LossVerificationBatch batch) => name switch
    {
        "entropy" => metrics.Entropy,
        "kl" => metrics.Kl,
        "clip_ratio/low_mean" => metrics.ClipLow,
        "clip_ratio/high_mean" or "cispo_clip_ratio" => metrics.ClipHigh,
        "clip_ratio/region_mean" => metrics.ClipRegion,
        "clip_ratio/low_min" => metrics.ClipLowMin,
        "clip_ratio/high_max" => metrics.ClipHighMax,
        "policy_loss" => metrics.PolicyLoss * batch.PolicyLossScale,
        "entropy_coef" => batch.Settings.EntropyCoefficient,
        "vespo/phi_seq_mean" => metrics.Weight,
        "sampling/sampling_logp_difference/mean" => metrics.Sampler.MeanDifference,
        "sampling/sampling_logp_difference/max" => metrics.Sampler.LargestDifference,
        "sampling/importance_sampling_ratio/min" => metrics.Sampler.SmallestRatio,
        "sampling/importance_sampling_ratio/mean" => metrics.Sampler.MeanRatio,
        "sampling/importance_sampling_ratio/max" => metrics.Sampler.LargestRatio,
        _ => null,
    };
}
