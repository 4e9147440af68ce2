namespace Hone.Training.Losses.Terms;

/// <summary>
/// −g·A for each completion, g = exp( Σ E·c / Σ E ) the geometric mean of its tokens' ratios, each clipped in log space on the side that the
/// advantage pulls to: c = min(ℓ − ℓ_old, clipHigh) where A &gt; 0, else max(ℓ − ℓ_old, −clipLow).
/// </summary>
/// <remarks>
/// <para>GMPO (2507.20673), whose bounds of 0.4 are the defaults. A clipped token moves g no more; the others do.</para>
/// <para>Use it when single tokens with large ratios make the updates jump: a geometric mean hardly sees an outlier.</para>
/// </remarks>
static class Gmpo
{
    public static readonly LossForm Form = new()
    {
        Term = Term,
        Ratio = GeometricMean,
        Moves = Moves,
        Clip = (0.4, 0.4),
        Aggregation = Aggregation.Grpo,
        OfCompletions = true,
    };

    public static PolicyTermValue Term(PolicyLossSettings settings, PolicyToken token)
    {
        var (low, high) = settings.Clip;
        return new(-token.Ratio * token.Advantage, -token.Advantage, 0, ClippedRatio.ClipOf(token.LogRatio, -low, high, token.Advantage));
    }

    static CompletionRatio GeometricMean(PolicyLossSettings settings, PolicyCompletion completion)
    {
        double sum = 0;
        int used = 0;
        for (int t = 0; t < completion.Length; t++)
        {
            if (completion.Trains(t) && completion.ReachesEntropy(t))
            {
                double log = completion.LogRatio(t);
                sum += Beyond(settings, log, completion.Advantage(t), out double bound) ? bound : log;
                used++;
            }
        }

        return new(Math.Exp(sum / Math.Max(used, 1)), Math.Max(used, 1));
    }

    static bool Moves(PolicyLossSettings settings, PolicyCompletion completion, int t) =>
        completion.ReachesEntropy(t) && !Beyond(settings, completion.LogRatio(t), completion.Advantage(t), out _);

    static bool Beyond(PolicyLossSettings settings, double log, double advantage, out double bound)
    {
        var (low, high) = settings.Clip;
        bound = advantage > 0 ? high : -low;
        return advantage > 0 ? log > bound : log < bound;
    }
}
