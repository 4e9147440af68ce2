namespace Hone.Training.Losses;

/// <summary>One completion of a batch: its slices, and how many of its tokens train.</summary>
readonly ref struct PolicyCompletion
{
    readonly int _start;
    readonly double _advantage, _entropyThreshold;
    readonly ReadOnlySpan<double> _old, _sampler, _tokenAdvantages;
    readonly ReadOnlySpan<bool> _mask;

    public PolicyCompletion(PolicyLossSettings settings, StepTotals totals, PolicyBatch batch, int index)
    {
        _start = batch.Offsets[index];
        Length = batch.Offsets[index + 1] - _start;
        _tokenAdvantages = Of(batch.TokenAdvantages);
        _advantage = batch.TokenAdvantages.IsEmpty && !batch.Advantages.IsEmpty ? batch.Advantages[index] : 0;
        _mask = Of(batch.Mask);
        _entropyThreshold = totals.EntropyThreshold;
        LogProbabilities = Of(batch.LogProbabilities);
        _old = batch.OldLogProbabilities.IsEmpty ? LogProbabilities : Of(batch.OldLogProbabilities);
        _sampler = Of(batch.SamplerLogProbabilities);
        ReferenceLogProbabilities = Of(batch.ReferenceLogProbabilities);
        Entropies = Of(batch.Entropies);
        bool masked = settings.MaskTruncated && !batch.Truncated.IsEmpty && batch.Truncated[index];
        Tokens = masked ? 0 : _mask.IsEmpty ? Length : _mask.Count(true);
        GroupTokens = batch.GroupTokens.IsEmpty ? 0 : batch.GroupTokens[index];
    }

    public int Length { get; }

    /// <summary>Tokens that train.</summary>
    public int Tokens { get; }

    /// <summary>Tokens that train in the whole group; 0 when the batch does not say.</summary>
    public int GroupTokens { get; }

    public ReadOnlySpan<double> LogProbabilities { get; }

    public ReadOnlySpan<double> ReferenceLogProbabilities { get; }

    public ReadOnlySpan<double> Entropies { get; }

    public bool Trains(int t) => Tokens > 0 && (_mask.IsEmpty || _mask[t]);

    public double Advantage(int t) => _tokenAdvantages.IsEmpty ? _advantage : _tokenAdvantages[t];

    public bool ReachesEntropy(int t) => double.IsNegativeInfinity(_entropyThreshold) || Entropies[t] >= _entropyThreshold;

    /// <summary>ℓ − ℓ_old.</summary>
    public double LogRatio(int t) => LogProbabilities[t] - _old[t];

    /// <summary>Sum of ℓ − ℓ_old over the tokens that train.</summary>
    public double LogRatioSum()
    {
        double sum = 0;
        for (int t = 0; t < Length; t++)
        {
            sum += Trains(t) ? LogRatio(t) : 0;
        }

        return sum;
    }

    /// <summary>Whether the batch says what the sampler reported for the token.</summary>
    public bool HasSampler(int t) => !_sampler.IsEmpty && !double.IsNaN(_sampler[t]);

    /// <summary>ℓ_old − ℓ_sampler; 0 where the sampler reported nothing or the token does not train.</summary>
    public double SamplerLogRatio(int t) => Trains(t) && HasSampler(t) ? _old[t] - _sampler[t] : 0;

    /// <summary>Mean over the tokens that train of ℓ_sampler − ℓ, or of ℓ_old − ℓ without a sampler: how far the policy has left the completion.</summary>
    public double Drift()
    {
        double sum = 0;
        for (int t = 0; t < Length; t++)
        {
            double before = _sampler.IsEmpty ? _old[t] : _sampler[t];
            sum += Trains(t) && !double.IsNaN(before) ? before - LogProbabilities[t] : 0;
        }

        return sum / Math.Max(Tokens, 1);
    }

    /// <summary>This completion's part of a span over the batch's tokens; an absent span stays absent.</summary>
    public Span<double> Of(Span<double> tokens) => tokens.Slice(_start, Length);

    ReadOnlySpan<T> Of<T>(ReadOnlySpan<T> tokens) => tokens.IsEmpty ? tokens : tokens.Slice(_start, Length);
}
