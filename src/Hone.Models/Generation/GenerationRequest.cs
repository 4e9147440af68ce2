using Hone.Models.Sampling;

namespace Hone.Models.Generation;

/// <summary>A prompt and how many completions of it are wanted.</summary>
public sealed record GenerationRequest
{
    public required int[] Prompt { get; init; }

    /// <summary>Completions of this prompt (G). They share its keys and values.</summary>
    public int Count { get; init; } = 1;

    public required int MaxTokens { get; init; }

    public SamplingSettings Sampling { get; init; } = new();

    /// <summary>With the completion's index and the token's position, what its random numbers are a function of.</summary>
    public required RandomKey Key { get; init; }

    /// <summary>Tokens that end a completion. They are kept as its last token.</summary>
    public required IReadOnlyList<int> EndTokens { get; init; }

    /// <summary>Tokens that no completion may begin with.</summary>
    public IReadOnlyList<int> BannedFirstTokens { get; init; } = [];

    /// <summary>Ends a completion, given its tokens so far. For stop texts; runs on the sampling thread.</summary>
    public Func<IReadOnlyList<int>, bool>? Stop { get; init; }

    /// <summary>
    /// A completion that goes on: the last tokens of <see cref="Prompt"/> are already its own, so many of them. Count is then 1.
    /// </summary>
    internal int Written { get; init; }

    /// <summary>Index of the first completion, for random numbers and <see cref="OnToken"/>.</summary>
    internal int FirstIndex { get; init; }

    /// <summary>Called with (completion index, token) as each token is drawn; for streaming.</summary>
    public Action<int, int>? OnToken { get; init; }
}

/// <summary>Random numbers of a request are a function of this, the completion's index and the token's position: never of time or batch.</summary>
/// <param name="Seed">The run's seed.</param>
/// <param name="Purpose">A <see cref="Tensors.RandomPurpose"/>.</param>
/// <param name="Epoch">Pass over the prompts, or the evaluation's step.</param>
/// <param name="Prompt">A number of the prompt that does not change between epochs.</param>
public readonly record struct RandomKey(ulong Seed, uint Purpose, uint Epoch, uint Prompt);

/// <summary>A finished completion.</summary>
/// <param name="Tokens">The end token included when the model wrote one.</param>
/// <param name="LogProbabilities">Of each token, under the sampling temperature, not filtered by top-k, top-p, min-p or what was banned.</param>
/// <param name="Entropies">Of the distribution at each token, under the sampling temperature, in nats.</param>
/// <param name="End">Why it ended.</param>
public sealed record Completion(int[] Tokens, float[] LogProbabilities, float[] Entropies, CompletionEnd End);

public enum CompletionEnd
{
    EndToken,
    MaxTokens,
    Stop,
}
