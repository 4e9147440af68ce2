namespace Hone.Training.Losses;

/// <summary>One completion of a batch: its slices, and how many of its tokens train.</summary>
readonly ref struct PolicyCompletion
{
    readonly int _start, _length;
    readonly double _advantage;
    readonly ReadOnlySpan<double> _old, _tokenAdvantages;
    readonly ReadOnlySpan<bool> _mask;

    public PolicyCompletion(PolicyLossSettings settings, PolicyBatch batch, int index)
    {
        _start = batch.Offsets[index];
        _length = batch.Offsets[index + 1] - _start;
        _tokenAdvantages = Of(batch.TokenAdvantages);
        _advantage = _tokenAdvantages.IsEmpty && !batch.Advantages.IsEmpty ? batch.Advantages[index] : 0;
        _mask = Of(batch.Mask);
        LogProbabilities = Of(batch.LogProbabilities);
        _old = batch.OldLogProbabilities.IsEmpty ? LogProbabilities : Of(batch.OldLogProbabilities);
        ReferenceLogProbabilities = Of(batch.ReferenceLogProbabilities);
        Entropies = Of(batch.Entropies);
        bool masked = settings.MaskTruncated && !batch.Truncated.IsEmpty && batch.Truncated[index];
        Tokens = masked ? 0 : _mask.IsEmpty ? _length : _mask.Count(true);
    }

    /// <summary>Tokens that train.</summary>
    public int Tokens { get; }

    public ReadOnlySpan<double> LogProbabilities { get; }

    public ReadOnlySpan<double> ReferenceLogProbabilities { get; }

    public ReadOnlySpan<double> Entropies { get; }

    public bool Trains(int t) => _mask.IsEmpty || _mask[t];

    public double Advantage(int t) => _tokenAdvantages.IsEmpty ? _advantage : _tokenAdvantages[t];

    public bool ReachesEntropy(int t, double threshold) => double.IsNegativeInfinity(threshold) || Entropies[t] >= threshold;

    public double TokenRatio(int t) => Math.Exp(LogProbabilities[t] - _old[t]);

    /// <summary>exp( mean over the tokens that train of ℓ − ℓ_old ).</summary>
    public double SequenceRatio()
    {
        double sum = 0;
        for (int t = 0; t < _length; t++)
        {
            sum += Trains(t) ? LogProbabilities[t] - _old[t] : 0;
        }

        return Math.Exp(sum / Tokens);
    }

    /// <summary>This completion's part of a span over the batch's tokens; an absent span stays absent.</summary>
    public Span<double> Of(Span<double> tokens) => tokens.Slice(_start, _length);

    ReadOnlySpan<T> Of<T>(ReadOnlySpan<T> tokens) => tokens.IsEmpty ? tokens : tokens.Slice(_start, _length);
}
