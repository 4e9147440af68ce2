namespace Hone.Training.Losses;

/// <summary>Some completions of a step, their tokens one after another without padding.</summary>
public readonly ref struct PolicyBatch
{
    /// <summary>Completion i has the tokens Offsets[i] to Offsets[i + 1]; one entry more than completions.</summary>
    public required ReadOnlySpan<int> Offsets { get; init; }

    /// <summary>ℓ of each token under the policy that is trained.</summary>
    public required ReadOnlySpan<double> LogProbabilities { get; init; }

    /// <summary>ℓ under the policy that wrote the completions. Empty: it is the policy that is trained, and every ratio is 1.</summary>
    public ReadOnlySpan<double> OldLogProbabilities { get; init; }

    /// <summary>ℓ as the sampler reported it; NaN where it did not. May be empty without a sampler correction.</summary>
    public ReadOnlySpan<double> SamplerLogProbabilities { get; init; }

    /// <summary>ℓ under the reference. May be empty when the KL coefficient is 0.</summary>
    public ReadOnlySpan<double> ReferenceLogProbabilities { get; init; }

    /// <summary>One advantage per completion.</summary>
    public ReadOnlySpan<double> Advantages { get; init; }

    /// <summary>One advantage per token; when given, it is used in place of <see cref="Advantages"/>.</summary>
    public ReadOnlySpan<double> TokenAdvantages { get; init; }

    /// <summary>Entropy of the policy at each token. May be empty when the settings do not use it.</summary>
    public ReadOnlySpan<double> Entropies { get; init; }

    /// <summary>False for tokens that the model did not write (tool output). Empty: it wrote all.</summary>
    public ReadOnlySpan<bool> Mask { get; init; }

    /// <summary>Whether each completion was cut off at the length limit. Empty: none was.</summary>
    public ReadOnlySpan<bool> Truncated { get; init; }

    /// <summary>For each completion, the tokens that train in its whole group. May be empty unless the loss is averaged over prompts.</summary>
    public ReadOnlySpan<int> GroupTokens { get; init; }

    public int Completions => Offsets.Length - 1;

    /// <exception cref="ArgumentException">Two spans do not fit together, or one that the settings need is missing.</exception>
    internal void Check(PolicyLossSettings settings)
    {
        int tokens = Offsets.IsEmpty ? throw new ArgumentException("'Offsets' is empty; it needs one entry more than completions.") : Offsets[^1];
        Size(LogProbabilities, tokens, nameof(LogProbabilities), needed: true);
        Size(OldLogProbabilities, tokens, nameof(OldLogProbabilities));
        Size(SamplerLogProbabilities, tokens, nameof(SamplerLogProbabilities), needed: settings.SamplerCorrection is not null);
        Size(ReferenceLogProbabilities, tokens, nameof(ReferenceLogProbabilities), needed: settings.KlCoefficient != 0);
        Size(Advantages, Completions, nameof(Advantages), needed: TokenAdvantages.IsEmpty);
        Size(TokenAdvantages, tokens, nameof(TokenAdvantages));
        Size(Entropies, tokens, nameof(Entropies), needed: settings.UsesEntropy);
        Size(Mask, tokens, nameof(Mask));
        Size(Truncated, Completions, nameof(Truncated));
        Size(GroupTokens, Completions, nameof(GroupTokens), needed: settings.AveragedAs == Aggregation.Prompt);
    }

    static void Size<T>(ReadOnlySpan<T> span, int expected, string name, bool needed = false)
    {
        if (span.Length != expected && (needed || !span.IsEmpty))
        {
            throw new ArgumentException($"'{name}' has {span.Length} elements; the offsets and the settings need {expected}.");
        }
    }
}

/// <summary>Where the gradients of a batch go; every element is assigned.</summary>
public readonly ref struct PolicyGradients
{
    /// <summary>∂loss/∂ℓ of each token.</summary>
    public required Span<double> LogProbabilities { get; init; }

    /// <summary>∂loss/∂H of each token. May be empty when the entropy coefficient is 0.</summary>
    public Span<double> Entropies { get; init; }
}
