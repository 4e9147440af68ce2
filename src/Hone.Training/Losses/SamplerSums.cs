namespace Hone.Training.Losses;

/// <summary>How far old policy and sampler are apart, over some tokens and the ratios R that were made of them.</summary>
public readonly record struct SamplerSums
{
    /// <summary>Tokens that train and that the sampler reported.</summary>
    public int Tokens { get; init; }

    /// <summary>Sum over them of |ℓ_old − ℓ_sampler|.</summary>
    public double Difference { get; init; }

    public double LargestDifference { get; init; }

    /// <summary>Ratios R: of tokens that train, or of completions.</summary>
    public int Ratios { get; init; }

    public double Ratio { get; init; }

    public double SmallestRatio { get; init; }

    public double LargestRatio { get; init; }

    public double MeanDifference => Difference / Math.Max(Tokens, 1);

    public double MeanRatio => Ratio / Math.Max(Ratios, 1);

    /// <summary>Those of a completion; nothing without a correction.</summary>
    internal static SamplerSums Of(SamplerCorrectionSettings? settings, PolicyCompletion completion)
    {
        if (settings is null)
        {
            return default;
        }

        var trust = new SamplerTrust(settings, completion);
        var sums = settings.PerToken ? default : OfRatio(trust.Of(0));
        for (int t = 0; t < completion.Length; t++)
        {
            if (completion.Trains(t))
            {
                sums = completion.HasSampler(t) ? sums.And(OfDifference(Math.Abs(completion.SamplerLogRatio(t)))) : sums;
                sums = settings.PerToken ? sums.And(OfRatio(trust.Of(t))) : sums;
            }
        }

        return sums;
    }

    public SamplerSums And(SamplerSums other) => new()
    {
        Tokens = Tokens + other.Tokens,
        Difference = Difference + other.Difference,
        LargestDifference = Math.Max(LargestDifference, other.LargestDifference),
        Ratios = Ratios + other.Ratios,
        Ratio = Ratio + other.Ratio,
        SmallestRatio = Ratios == 0 ? other.SmallestRatio : other.Ratios == 0 ? SmallestRatio : Math.Min(SmallestRatio, other.SmallestRatio),
        LargestRatio = Math.Max(LargestRatio, other.LargestRatio),
    };

    static SamplerSums OfRatio(double ratio) => new() { Ratios = 1, Ratio = ratio, SmallestRatio = ratio, LargestRatio = ratio };

    static SamplerSums OfDifference(double difference) => new() { Tokens = 1, Difference = difference, LargestDifference = difference };
}
