using Hone.Grading;

namespace Hone.Training;

/// <summary>Why a completion ended.</summary>
public enum StopReason
{
    EndOfSequence,
    MaxTokens,
    StopText,
}

/// <summary>One prompt with one sampled completion and what became of it.</summary>
public sealed record Rollout
{
    public required string PromptId { get; init; }

    /// <summary>Index of the completion in its group, from 0.</summary>
    public required int Index { get; init; }

    /// <summary>The completion's tokens, the end-of-sequence token included when the model wrote it.</summary>
    public required int[] Tokens { get; init; }

    /// <summary>Log-probability of each token as the sampler reported it, under the sampling temperature.</summary>
    public required float[] LogProbabilities { get; init; }

    /// <summary>Mean entropy of the policy over the completion's tokens, in nats.</summary>
    public required double Entropy { get; init; }

    /// <summary>The completion as text, special tokens left out.</summary>
    public required string Text { get; init; }

    public required StopReason Stop { get; init; }

    /// <summary>What the grader found; its score is absent when it failed.</summary>
    public required Grade Grade { get; init; }

    /// <summary>The number that trains. It differs from the grade's score in a control run. Null: no score.</summary>
    public double? Reward { get; init; }

    /// <summary>With <see cref="TokenAdvantages"/>, their mean.</summary>
    public double Advantage { get; init; }

    /// <summary>The advantage of each token, when they differ within the completion. Lives as long as its step.</summary>
    public double[]? TokenAdvantages { get; init; }
}
