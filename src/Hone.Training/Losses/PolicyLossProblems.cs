using System.Text.Json;

namespace Hone.Training.Losses;

/// <summary>What in the settings of a loss is out of range, contradicts itself or would have no effect.</summary>
static class PolicyLossProblems
{
    public static IEnumerable<string> Of(PolicyLossSettings s) =>
        Bounds(s).Concat(Unread(s)).Concat(Kl(s)).Concat(Entropy(s)).Concat(Masks(s))
            .Concat(Parts("cispo", LossKind.Cispo, s, s.Cispo?.Problems()))
            .Concat(Parts("sapo", LossKind.Sapo, s, s.Sapo?.Problems()))
            .Concat(Parts("vespo", LossKind.Vespo, s, s.Vespo?.Problems()))
            .Concat(s.SamplerCorrection?.Problems().Select(problem => "samplerCorrection." + problem) ?? []);

    static IEnumerable<string> Bounds(PolicyLossSettings s)
    {
        if (s.ClipLow is { } low && (!(low >= 0) || !double.IsFinite(low)))
        {
            yield return $"clipLow is {low}, but needs to be 0 or more.";
        }

        if (s.ClipHigh is { } high && (!(high >= 0) || !double.IsFinite(high)))
        {
            yield return $"clipHigh is {high}, but needs to be 0 or more.";
        }

        if (s.Delta is { } delta && (!(delta > 1) || !double.IsFinite(delta)))
        {
            yield return $"delta is {delta}, but needs to be above 1: at 1 and below it would stop tokens that did not move. Leave it out for no bound.";
        }

        if (s.DualClip is { } dual && (!(dual > 1) || !double.IsFinite(dual)))
        {
            yield return $"dualClip is {dual}, but needs to be above 1: at 1 and below it would stop tokens that did not move. Leave it out for no bound.";
        }

        if (s.Delta is not null && s.DualClip is not null)
        {
            yield return "delta and dualClip are both given and both bound the loss of tokens with a negative advantage; keep one.";
        }
    }

    // An option that the loss does not read would be believed to act.
    static IEnumerable<string> Unread(PolicyLossSettings s)
    {
        string kind = Name(s.Kind);
        if (s.Form.Clip is null && (s.ClipLow ?? s.ClipHigh) is not null)
        {
            string own = s.Kind == LossKind.Cispo ? " Its bounds are cispo.cap and cispo.floor." : "";
            yield return $"{(s.ClipLow is null ? "clipHigh" : "clipLow")} is given, but the loss {kind} clips no ratio; leave it out.{own}";
        }

        if (!s.Form.BoundsNegative && (s.Delta ?? s.DualClip) is not null)
        {
            yield return $"{(s.Delta is null ? "dualClip" : "delta")} is given, but the loss {kind} does not read it; it belongs to clipped, gspo, gspoToken, luspo and rloo.";
        }

        if (s.ImportanceLevel is not null && s.Kind is not (LossKind.Clipped or LossKind.Luspo or LossKind.Cispo or LossKind.Sapo))
        {
            yield return $"importanceLevel is given, but the loss {kind} has its own ratio; leave it out, or take clipped, luspo, cispo or sapo.";
        }

        if (s.Aggregation is not null && s.Form.OfCompletions)
        {
            yield return $"aggregation is given, but the loss {kind} is one term for each completion, of which the mean is taken; leave it out.";
        }
    }

    static IEnumerable<string> Kl(PolicyLossSettings s)
    {
        if (!(s.KlCoefficient >= 0) || !double.IsFinite(s.KlCoefficient))
        {
            yield return $"klCoefficient is {s.KlCoefficient}, but needs to be 0 or more.";
        }

        if (s.KlCoefficient == 0 && s.KlRatioWeighted)
        {
            yield return "klRatioWeighted is true, but klCoefficient is 0, so that no KL is weighted; give klCoefficient, such as 0.01.";
        }

        if (s.KlCoefficient == 0 && s.KlEstimator != KlEstimator.K3)
        {
            yield return $"klEstimator is {Name(s.KlEstimator)}, but klCoefficient is 0, so that no KL is estimated; give klCoefficient, such as 0.01.";
        }

        if (s.KlRatioWeighted && s.Form.OfCompletions)
        {
            yield return $"klRatioWeighted is true, but the ratio of the loss {Name(s.Kind)} belongs to no token; leave it out.";
        }
    }

    static IEnumerable<string> Entropy(PolicyLossSettings s)
    {
        if (!(s.EntropyCoefficient >= 0) || !double.IsFinite(s.EntropyCoefficient))
        {
            yield return $"entropyCoefficient is {s.EntropyCoefficient}, but needs to be 0 or more.";
        }

        if (s.TopEntropyQuantile is not (>= 0 and <= 1))
        {
            yield return $"topEntropyQuantile is {s.TopEntropyQuantile}, but needs to be from 0 to 1; 1 uses every token.";
        }

        if (s.TopEntropyQuantile < 1 && s.Kind == LossKind.Rloo)
        {
            yield return "topEntropyQuantile is below 1, but the loss rloo weighs whole completions; leave it out, or take another loss.";
        }

        foreach (string problem in s.EntropyControl?.Problems(s.EntropyCoefficient) ?? [])
        {
            yield return "entropyControl." + problem;
        }
    }

    static IEnumerable<string> Masks(PolicyLossSettings s)
    {
        if (s.OffPolicyMaskThreshold is { } threshold && (!(threshold >= 0) || !double.IsFinite(threshold)))
        {
            yield return $"offPolicyMaskThreshold is {threshold}, but needs to be 0 or more: it is a mean of ℓ_old − ℓ. Leave it out to train on every completion.";
        }

        if (s.SamplerCorrection is { PerToken: true } && s.Form.OfCompletions)
        {
            yield return $"samplerCorrection.mode works on tokens, but the loss {Name(s.Kind)} is one term for each completion; take sequenceTruncate or sequenceMask.";
        }
    }

    static IEnumerable<string> Parts(string key, LossKind kind, PolicyLossSettings s, IEnumerable<string>? problems)
    {
        if (problems is not null && s.Kind != kind)
        {
            yield return $"{key} is given, but the loss is {Name(s.Kind)}; leave it out, or set kind to {Name(kind)}.";
        }

        foreach (string problem in problems ?? [])
        {
            yield return $"{key}.{problem}";
        }
    }

    // As the job file spells it.
    static string Name<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());
}
