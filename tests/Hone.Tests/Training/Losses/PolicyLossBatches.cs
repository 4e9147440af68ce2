using Hone.Training.Losses;

namespace Hone.Tests.Training.Losses;

/// <summary>A made-up optimizer step: ragged completions with everything a loss can read.</summary>
sealed record PolicyLossBatches
{
    const int MaxLength = 12, GroupSize = 3;

    public required int[] Offsets { get; init; }
    public required double[] LogProbabilities { get; init; }
    public required double[] Old { get; init; }
    public required double[] Sampler { get; init; }
    public required double[] Reference { get; init; }
    public required double[] Entropies { get; init; }
    public required double[] Advantages { get; init; }
    public required bool[] Truncated { get; init; }

    public int Tokens => LogProbabilities.Length;

    public static PolicyLossBatches Random(int completions, int seed)
    {
        var random = new Random(seed);
        int[] lengths = [.. Enumerable.Range(0, completions).Select(i => i == 2 ? 0 : random.Next(1, MaxLength + 1))];
        int[] offsets = [0, .. lengths.Select((_, i) => lengths[..(i + 1)].Sum())];
        double[] logProbabilities = Draw(offsets[^1], () => -3 * random.NextDouble());
        return new()
        {
            Offsets = offsets,
            LogProbabilities = logProbabilities,
            Old = [.. logProbabilities.Select(l => l + 0.8 * (random.NextDouble() - 0.5))],
            Sampler = [.. logProbabilities.Select(l => l + 0.8 * (random.NextDouble() - 0.5))],
            Reference = [.. logProbabilities.Select(l => l + 1.5 * (random.NextDouble() - 0.5))],
            Entropies = Draw(offsets[^1], random.NextDouble),
            Advantages = Draw(completions, () => 2 * random.NextDouble() - 1),
            Truncated = [.. lengths.Select((_, i) => i % 5 == 3)],
        };
    }

    public (double[] Gradient, double[] EntropyGradient, PolicyMetrics Metrics) Run(PolicyLossSettings settings) =>
        RunInParts(settings, Advantages.Length);

    public (double[] Gradient, double[] EntropyGradient, PolicyMetrics Metrics) RunInParts(PolicyLossSettings settings, int size)
    {
        double[] gradient = new double[Tokens], entropyGradient = new double[Tokens];
        var sums = new CompletionSums[Advantages.Length];
        var totals = Totals(settings);
        for (int first = 0; first < sums.Length; first += size)
        {
            int last = Math.Min(first + size, sums.Length);
            var tokens = Offsets[first]..Offsets[last];
            PolicyLoss.Run(
                settings, totals,
                new()
                {
                    Offsets = [.. Offsets[first..(last + 1)].Select(offset => offset - Offsets[first])],
                    LogProbabilities = LogProbabilities.AsSpan(tokens),
                    OldLogProbabilities = Old.AsSpan(tokens),
                    SamplerLogProbabilities = Sampler.AsSpan(tokens),
                    ReferenceLogProbabilities = Reference.AsSpan(tokens),
                    Entropies = Entropies.AsSpan(tokens),
                    Advantages = Advantages.AsSpan(first..last),
                    Truncated = Truncated.AsSpan(first..last),
                    GroupTokens = GroupTokens(settings).AsSpan(first..last),
                },
                new() { LogProbabilities = gradient.AsSpan(tokens), Entropies = entropyGradient.AsSpan(tokens) },
                sums.AsSpan(first..last));
        }

        return (gradient, entropyGradient, PolicyMetrics.Of(sums, settings.ClipsCompletions(tokenAdvantages: false)));
    }

    public PolicyLossBatches Moved(int token, double by) => this with { LogProbabilities = Changed(LogProbabilities, token, by) };

    /// <summary>ℓ of a token and all that its weight is measured against: the weight stays.</summary>
    public PolicyLossBatches MovedWithItsWeight(int token, double by) =>
        Moved(token, by) with { Old = Changed(Old, token, by), Sampler = Changed(Sampler, token, by) };

    public PolicyLossBatches WithEntropy(int token, double by) => this with { Entropies = Changed(Entropies, token, by) };

    StepTotals Totals(PolicyLossSettings settings)
    {
        int[] lengths = [.. Advantages.Select((_, i) => Offsets[i + 1] - Offsets[i])];
        double[] training = [.. Enumerable.Range(0, lengths.Length)
            .Where(i => !(settings.MaskTruncated && Truncated[i]))
            .SelectMany(i => Entropies[Offsets[i]..Offsets[i + 1]])];
        return StepTotals.Of(settings, MaxLength, lengths, Truncated, lengths.Length / GroupSize).WithEntropies(settings, training);
    }

    int[] GroupTokens(PolicyLossSettings settings)
    {
        int[] tokens = [.. Truncated.Select((cut, i) => cut && settings.MaskTruncated ? 0 : Offsets[i + 1] - Offsets[i])];
        return [.. tokens.Select((_, i) => tokens.Skip(i / GroupSize * GroupSize).Take(GroupSize).Sum())];
    }

    static double[] Draw(int count, Func<double> next) => [.. Enumerable.Range(0, count).Select(_ => next())];

    static double[] Changed(double[] values, int index, double by)
    {
        double[] changed = [.. values];
        changed[index] += by;
        return changed;
    }
}
