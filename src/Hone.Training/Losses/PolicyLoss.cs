namespace Hone.Training.Losses;

/// <summary>
/// loss = Σ over tokens of (term · M·E·R + β·KL) / N − c · Σ E·H / N_E, with its gradient. The term is a <see cref="LossKind"/>'s, M drops
/// completions that the policy has left, E selects tokens of high entropy, R corrects for another sampler, N is the denominator that
/// <see cref="Aggregation"/> names.
/// </summary>
/// <remarks>
/// A completion's gradient and sums depend on that completion and on the step's totals alone: any cut of a step into micro-batches gives
/// the same bits. Sums over completions are left to <see cref="PolicyMetrics.Of"/>, which takes the whole step in order.
/// </remarks>
public static class PolicyLoss
{
    /// <summary>Assigns the gradients of every token and the sums of every completion of the batch.</summary>
    /// <exception cref="ArgumentException">The spans do not fit together, or one that the settings need is missing.</exception>
    public static void Run(
        PolicyLossSettings settings, StepTotals totals, PolicyBatch batch, PolicyGradients gradients, Span<CompletionSums> sums)
    {
        batch.Check(settings);
        bool wantsEntropy = settings.EntropyCoefficient != 0;
        Size(gradients.LogProbabilities.Length, batch.LogProbabilities.Length, "gradients.LogProbabilities");
        Size(gradients.Entropies.Length, wantsEntropy ? batch.LogProbabilities.Length : gradients.Entropies.Length, "gradients.Entropies");
        Size(sums.Length, batch.Completions, nameof(sums));

        gradients.LogProbabilities.Clear();
        gradients.Entropies.Clear();
        for (int i = 0; i < sums.Length; i++)
        {
            var completion = new PolicyCompletion(settings, totals, batch, i);
            var ratio = Ratio(settings, completion);
            var measured = completion.Tokens == 0
                ? Empty(settings, totals, completion)
                : Completion(settings, totals, completion, ratio, completion.Of(gradients.LogProbabilities));
            sums[i] = measured with
            {
                EntropyBonus = EntropyBonus(settings, totals, completion, wantsEntropy ? completion.Of(gradients.Entropies) : []),
                Weight = ShownWeight(settings, completion, ratio),
                Sampler = SamplerSums.Of(settings.SamplerCorrection, completion),
            };
        }
    }

    static CompletionRatio Ratio(PolicyLossSettings settings, PolicyCompletion completion) =>
        settings.Form.Ratio is { } own ? own(settings, completion)
        : settings.Level == ImportanceLevel.Token || completion.Tokens == 0 ? CompletionRatio.PerToken
        : CompletionRatio.Mean(completion);

    static CompletionSums Completion(
        PolicyLossSettings settings, StepTotals totals, PolicyCompletion completion, CompletionRatio ratio, Span<double> gradient)
    {
        var term = settings.Form.Term;
        var factors = new TokenFactors(settings, completion);
        double denominator = Denominator.Of(settings.AveragedAs, totals, completion);
        double loss = 0, klSum = 0, entropy = 0, wholeSlope = 0;
        int clippedLow = 0, clippedHigh = 0;
        for (int t = 0; t < gradient.Length; t++)
        {
            if (!completion.Trains(t))
            {
                continue;
            }

            double logRatio = completion.LogRatio(t), w = ratio.Whole ?? Math.Exp(logRatio);
            var policy = term(settings, new(completion.LogProbabilities[t], logRatio, w, completion.Advantage(t)));
            double use = factors.Of(t);
            var kl = Kl(settings, completion, t, ratio.Spreads || ratio.Whole is null ? w : Math.Exp(logRatio), perToken: !ratio.Spreads);

            loss += use * policy.Value + settings.KlCoefficient * kl.Value;
            double direct = use * policy.LogProbabilitySlope + settings.KlCoefficient * kl.LogProbabilitySlope;
            double throughRatio = (use * policy.RatioSlope + settings.KlCoefficient * kl.RatioSlope) * w;
            gradient[t] = (ratio.Spreads ? direct : direct + throughRatio) / denominator;
            wholeSlope += ratio.Spreads ? throughRatio : 0;

            klSum += kl.Value;
            entropy += completion.Entropies.IsEmpty ? 0 : completion.Entropies[t];
            clippedLow += policy.Clip == Clip.Low ? 1 : 0;
            clippedHigh += policy.Clip == Clip.High ? 1 : 0;
        }

        if (ratio.Spreads)
        {
            Spread(settings, completion, wholeSlope / ratio.Sharers / denominator, gradient);
        }

        return new()
        {
            PolicyLoss = loss / denominator,
            Tokens = completion.Tokens,
            ClippedLow = clippedLow,
            ClippedHigh = clippedHigh,
            Kl = klSum,
            Entropy = entropy,
        };
    }

    // One term for each completion: without a token to move it its ratio is 1, which is part of the value and has no gradient.
    static CompletionSums Empty(PolicyLossSettings settings, StepTotals totals, PolicyCompletion completion) =>
        settings.Form.OfCompletions && completion.Length > 0
            ? new() { PolicyLoss = settings.Form.Term(settings, new(0, 0, 1, completion.Advantage(0))).Value / totals.Completions }
            : default;

    /// <summary>KL of a token, its slope through ℓ and, when weighted by a ratio of the completion, through the ratio.</summary>
    static PolicyTermValue Kl(PolicyLossSettings settings, PolicyCompletion completion, int t, double ratio, bool perToken)
    {
        if (completion.ReferenceLogProbabilities.IsEmpty)
        {
            return default;
        }

        double d = completion.ReferenceLogProbabilities[t] - completion.LogProbabilities[t];
        if (settings.KlCoefficient == 0)
        {
            return new(-d, 0, 0, Clip.None);
        }

        double value = KlEstimators.Value(settings.KlEstimator, d), slope = KlEstimators.Slope(settings.KlEstimator, d);
        return !settings.KlRatioWeighted ? new(value, 0, slope, Clip.None)
            : perToken ? new(ratio * value, 0, ratio * KlEstimators.WeightedSlope(settings.KlEstimator, d), Clip.None)
            : new(ratio * value, value, ratio * slope, Clip.None);
    }

    /// <summary>A whole weight depends alike on each of the tokens that move it.</summary>
    static void Spread(PolicyLossSettings settings, PolicyCompletion completion, double slope, Span<double> gradient)
    {
        var moves = settings.Form.Moves;
        for (int t = 0; t < gradient.Length; t++)
        {
            gradient[t] += completion.Trains(t) && (moves is null || moves(settings, completion, t)) ? slope : 0;
        }
    }

    static double EntropyBonus(PolicyLossSettings settings, StepTotals totals, PolicyCompletion completion, Span<double> gradient)
    {
        double sum = 0, scale = settings.EntropyCoefficient / Math.Max(totals.EntropyTokens, 1);
        for (int t = 0; t < gradient.Length; t++)
        {
            if (completion.Trains(t) && completion.ReachesEntropy(t))
            {
                sum += completion.Entropies[t];
                gradient[t] = -scale;
            }
        }

        return scale * sum;
    }

    static double ShownWeight(PolicyLossSettings settings, PolicyCompletion completion, CompletionRatio ratio) =>
        settings.Form.ShownWeight is { } shown && completion.Length > 0 ? shown(settings, ratio.Whole ?? 1, completion.Advantage(0)) : 0;

    static void Size(int actual, int expected, string name)
    {
        if (actual != expected)
        {
            throw new ArgumentException($"'{name}' has {actual} elements; the batch needs {expected}.");
        }
    }
}
