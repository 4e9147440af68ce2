namespace Hone.Training.Losses;

/// <summary>
/// loss = Σ over tokens of (term · E + β·KL) / N − c · Σ E·H / N_E, with its gradient. The term is a <see cref="PolicyTerm"/>, E selects
/// tokens of high entropy, N is the denominator that <see cref="Aggregation"/> names.
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
            var completion = new PolicyCompletion(settings, batch, i);
            sums[i] = completion.Tokens == 0
                ? default
                : Completion(settings, totals, completion, completion.Of(gradients.LogProbabilities))
                    with
                { EntropyBonus = EntropyBonus(settings, totals, completion, wantsEntropy ? completion.Of(gradients.Entropies) : []) };
        }
    }

    static CompletionSums Completion(
        PolicyLossSettings settings, StepTotals totals, PolicyCompletion completion, Span<double> gradient)
    {
        PolicyTerm term = ClippedRatio.Term;
        double denominator = Denominator(settings.Aggregation, totals, completion.Tokens);
        double sequenceRatio = completion.SequenceRatio();
        bool perToken = settings.ImportanceLevel == ImportanceLevel.Token;
        double loss = 0, klSum = 0, entropy = 0, sequenceSlope = 0;
        int clippedLow = 0, clippedHigh = 0;
        for (int t = 0; t < gradient.Length; t++)
        {
            if (!completion.Trains(t))
            {
                continue;
            }

            double ratio = perToken ? completion.TokenRatio(t) : sequenceRatio;
            var policy = term(settings, completion.LogProbabilities[t], ratio, completion.Advantage(t));
            double use = completion.ReachesEntropy(t, totals.EntropyThreshold) ? 1 : 0;
            var kl = Kl(settings, completion, t, ratio, perToken);

            loss += use * policy.Value + settings.KlCoefficient * kl.Value;
            double direct = use * policy.LogProbabilitySlope + settings.KlCoefficient * kl.LogProbabilitySlope;
            double throughRatio = (use * policy.RatioSlope + settings.KlCoefficient * kl.RatioSlope) * ratio;
            gradient[t] = (perToken ? direct + throughRatio : direct) / denominator;
            sequenceSlope += perToken ? 0 : throughRatio;

            klSum += kl.Value;
            entropy += completion.Entropies.IsEmpty ? 0 : completion.Entropies[t];
            clippedLow += policy.Clip == Clip.Low ? 1 : 0;
            clippedHigh += policy.Clip == Clip.High ? 1 : 0;
        }

        SpreadOverTokens(completion, sequenceSlope / completion.Tokens / denominator, gradient);
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

    static double Denominator(Aggregation aggregation, StepTotals totals, int tokens)
    {
        double denominator = aggregation switch
        {
            Aggregation.Grpo => totals.Completions * tokens,
            Aggregation.DrGrpo => totals.Completions * totals.MaxCompletionLength,
            Aggregation.Luspo => totals.Completions,
            Aggregation.Bnpo or Aggregation.Dapo => totals.Tokens,
            _ => throw new ArgumentOutOfRangeException(nameof(aggregation), aggregation, "no such aggregation"),
        };
        return denominator > 0
            ? denominator
            : throw new ArgumentException($"The step's totals give a denominator of {denominator} for a completion of {tokens} tokens; they need to count it.");
    }

    /// <summary>KL of a token, its slope through ℓ and, when weighted by the ratio, through the ratio.</summary>
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

    /// <summary>A sequence ratio depends on each of its tokens alike.</summary>
    static void SpreadOverTokens(PolicyCompletion completion, double slope, Span<double> gradient)
    {
        for (int t = 0; t < gradient.Length; t++)
        {
            gradient[t] += completion.Trains(t) ? slope : 0;
        }
    }

    static double EntropyBonus(PolicyLossSettings settings, StepTotals totals, PolicyCompletion completion, Span<double> gradient)
    {
        double sum = 0, scale = settings.EntropyCoefficient / Math.Max(totals.EntropyTokens, 1);
        for (int t = 0; t < gradient.Length; t++)
        {
            if (completion.Trains(t) && completion.ReachesEntropy(t, totals.EntropyThreshold))
            {
                sum += completion.Entropies[t];
                gradient[t] = -scale;
            }
        }

        return scale * sum;
    }

    static void Size(int actual, int expected, string name)
    {
        if (actual != expected)
        {
            throw new ArgumentException($"'{name}' has {actual} elements; the batch needs {expected}.");
        }
    }
}
