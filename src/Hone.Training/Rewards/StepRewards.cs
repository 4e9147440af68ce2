namespace Hone.Training.Rewards;

/// <summary>What advantages are made of. Completions of one group stand together.</summary>
public sealed record StepRewards
{
    /// <summary>Null: no reward.</summary>
    public required double?[] Rewards { get; init; }

    /// <summary>Completions in each group (G).</summary>
    public required int GroupSize { get; init; }

    /// <summary>For each of several rewards, its value for each completion; empty when there is one.</summary>
    public IReadOnlyList<double?[]> Parts { get; init; } = [];

    public IReadOnlyList<double> Weights { get; init; } = [];

    /// <summary>Tokens of each completion. May be empty unless the settings weigh by length.</summary>
    public int[] Lengths { get; init; } = [];

    /// <summary>Whether a completion is masked out of the loss; empty: none is.</summary>
    public bool[] Masked { get; init; } = [];

    /// <summary>For each completion, ℓ_old − ℓ_ref of its tokens. May be empty unless the reward has a KL.</summary>
    public double[][] Drift { get; init; } = [];

    /// <exception cref="ArgumentException">The lists do not fit together, or one that the settings need is missing.</exception>
    internal void Check(AdvantageSettings settings)
    {
        bool byLength = settings.Baseline == AdvantageBaseline.LengthWeighted || settings.Whiten == Whitening.Tokens;
        if (GroupSize < 1 || Rewards.Length % GroupSize != 0)
        {
            throw new ArgumentException($"{Rewards.Length} rewards are not whole groups of {GroupSize}.");
        }

        Size(Lengths.Length, nameof(Lengths), byLength);
        Size(Masked.Length, nameof(Masked), false);
        Size(Drift.Length, nameof(Drift), settings.KlInReward != 0);
        foreach (double?[] part in Parts)
        {
            Size(part.Length, nameof(Parts), true);
        }

        if (Parts.Count != Weights.Count)
        {
            throw new ArgumentException($"{Parts.Count} rewards do not fit {Weights.Count} weights.");
        }
    }

    void Size(int actual, string name, bool needed)
    {
        if (actual != Rewards.Length && (needed || actual > 0))
        {
            throw new ArgumentException($"'{name}' has {actual} elements; the settings need {Rewards.Length}, one for each reward.");
        }
    }
}

/// <summary>The advantages of a step.</summary>
/// <param name="Advantages">One for each completion; with <paramref name="TokenAdvantages"/>, their mean.</param>
/// <param name="TokenAdvantages">For each completion one for each token, when they differ; else null.</param>
public sealed record AdvantageEstimate(double[] Advantages, double[][]? TokenAdvantages, AdvantageSummary Summary);
