using Hone.Models.Generation;
using Hone.Models.Sampling;
using Hone.Models.Sampling.Constraints;

namespace Hone.Models.Serving;

/// <summary>A prompt, how it is continued, and who hears of it. The calls come from the thread that steps.</summary>
public sealed record ServedRequest
{
    public required int[] Prompt { get; init; }

    /// <summary>Null: the base model. It must stay alive until every completion has ended.</summary>
    public LoraAdapter? Adapter { get; init; }

    /// <summary>Whose request it is: what was computed for a prompt is found again by requests of the same scope only.</summary>
    public string? Scope { get; init; }

    /// <summary>Completions of this prompt, numbered from 0.</summary>
    public int Count { get; init; } = 1;

    public required int MaxTokens { get; init; }

    public SamplingSettings Sampling { get; init; } = new();

    /// <summary>With the completion's index and the token's position, what its random numbers are a function of.</summary>
    public required RandomKey Key { get; init; }

    /// <summary>Tokens that end a completion. They are kept as its last token.</summary>
    public required IReadOnlyList<int> EndTokens { get; init; }

    /// <summary>Subtracted from the logits of tokens that the completion holds: once, and for each time.</summary>
    public float PresencePenalty { get; init; }

    public float FrequencyPenalty { get; init; }

    /// <summary>Added to the logits of tokens, by id.</summary>
    public IReadOnlyDictionary<int, float> LogitBias { get; init; } = new Dictionary<int, float>();

    /// <summary>Likeliest tokens that are told beside each drawn one.</summary>
    public int Top { get; init; }

    /// <summary>What a completion must be, made for each completion; null: anything.</summary>
    public Func<ITokenConstraint>? Constraint { get; init; }

    /// <summary>Called with (completion, token) as each is drawn; true ends the completion there, as a stop text does.</summary>
    public required Func<int, ServedToken, bool> OnToken { get; init; }

    /// <summary>Called with (completion, why) when it has ended.</summary>
    public required Action<int, ServedEnd> OnEnd { get; init; }

    /// <summary>Called instead of <see cref="OnEnd"/> when it cannot be answered; once.</summary>
    public required Action<Exception> OnFailure { get; init; }

    /// <summary>Cancelled: nothing is called any more, and the slots are free before the next step.</summary>
    public CancellationToken Stop { get; init; }
}

/// <summary>A drawn token and the likeliest ones at its place, each with its log-probability under the sampling temperature, unfiltered.</summary>
public readonly record struct ServedToken(int Id, float LogProbability, IReadOnlyList<(int Id, float LogProbability)> Top);

/// <summary>Why a completion ended, its tokens, and tokens of the prompt whose keys and values were there when it began.</summary>
public readonly record struct ServedEnd(CompletionEnd Why, int Tokens, int Cached);
