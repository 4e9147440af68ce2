namespace Hone.Training.Losses;

/// <summary>The weight w of a completion's tokens, and which of them move it.</summary>
/// <param name="Whole">One weight for all tokens. Null: each token has its own, ρ = exp(ℓ − ℓ_old).</param>
/// <param name="Sharers">∂ log w/∂ℓ = 1 / Sharers for each token that moves the whole weight. 0: the slope of a token's term stays with the token.</param>
readonly record struct CompletionRatio(double? Whole, double Sharers)
{
    // e^709 is the largest that a double holds: a weight of infinity times a slope of 0 would be no number.
    const double LargestLog = 700;

    public bool Spreads => Sharers > 0;

    /// <summary>Each token its own ratio.</summary>
    public static CompletionRatio PerToken => new(null, 0);

    /// <summary>s = exp( Σ (ℓ − ℓ_old) / |o| ).</summary>
    public static CompletionRatio Mean(PolicyCompletion completion) =>
        new(Math.Exp(completion.LogRatioSum() / completion.Tokens), completion.Tokens);

    /// <summary>W = exp( Σ (ℓ − ℓ_old) ), the product of the tokens' ratios.</summary>
    public static CompletionRatio Product(PolicyCompletion completion) =>
        new(Math.Exp(Math.Min(completion.LogRatioSum(), LargestLog)), 1);
}
