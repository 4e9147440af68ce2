using Hone.Training.Statistics;

namespace Hone.Training.Losses;

/// <summary>
/// The denominators of one optimizer step. They are counted once, over all its completions, so that a token weighs the same however
/// the step is cut into micro-batches.
/// </summary>
/// <remarks>Counts are doubles because a step that is one of several parts of a larger one takes its share of them.</remarks>
public sealed record StepTotals
{
    /// <summary>Completions of the step, those without a token to train on included (B).</summary>
    public required double Completions { get; init; }

    /// <summary>Groups of the step (P); needed only when the loss is averaged over prompts.</summary>
    public double Groups { get; init; }

    /// <summary>Tokens that train (N).</summary>
    public required double Tokens { get; init; }

    /// <summary>Longest completion allowed, in tokens.</summary>
    public required int MaxCompletionLength { get; init; }

    /// <summary>The policy term and the entropy bonus use tokens whose entropy is at least this.</summary>
    public double EntropyThreshold { get; init; } = double.NegativeInfinity;

    /// <summary>Tokens that reach the threshold.</summary>
    public required double EntropyTokens { get; init; }

    /// <param name="settings">Says whether truncated completions count.</param>
    /// <param name="maxCompletionLength">Longest completion allowed, in tokens.</param>
    /// <param name="lengths">Tokens of each completion that the model wrote.</param>
    /// <param name="truncated">Whether each completion was cut off at the limit; empty when none was.</param>
    /// <param name="groups">Groups that the completions make.</param>
    public static StepTotals Of(
        PolicyLossSettings settings, int maxCompletionLength, ReadOnlySpan<int> lengths, ReadOnlySpan<bool> truncated, int groups = 0)
    {
        long tokens = 0;
        for (int i = 0; i < lengths.Length; i++)
        {
            bool masked = settings.MaskTruncated && !truncated.IsEmpty && truncated[i];
            tokens += masked ? 0 : lengths[i];
        }

        return new()
        {
            Completions = lengths.Length,
            Groups = groups,
            Tokens = tokens,
            EntropyTokens = tokens,
            MaxCompletionLength = maxCompletionLength,
        };
    }

    /// <summary>These totals with the threshold that <see cref="PolicyLossSettings.TopEntropyQuantile"/> sets.</summary>
    /// <param name="settings">Says which share of the tokens is used.</param>
    /// <param name="entropies">Entropy of every token of the step that trains, in any order.</param>
    public StepTotals WithEntropies(PolicyLossSettings settings, ReadOnlySpan<double> entropies)
    {
        if (settings.TopEntropyQuantile >= 1 || entropies.IsEmpty)
        {
            return this;
        }

        double threshold = Quantile.Of(entropies, 1 - settings.TopEntropyQuantile);
        long kept = 0;
        foreach (double entropy in entropies)
        {
            kept += entropy >= threshold ? 1 : 0;
        }

        return this with { EntropyThreshold = threshold, EntropyTokens = kept };
    }
}
