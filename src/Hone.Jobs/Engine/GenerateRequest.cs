using System.Text.Json.Nodes;
using Hone.Models.Sampling;
using Hone.Tensors;
using Hone.Text;

namespace Hone.Jobs.Engine;

/// <summary>A prompt, the model that continues it, and how.</summary>
public sealed record GenerateRequest
{
    /// <summary>Absolute path of the base model's folder.</summary>
    public required string Model { get; init; }

    /// <summary>Absolute path of an adapter folder, as PEFT writes it. Null: the base model.</summary>
    public string? Adapter { get; init; }

    /// <summary>Chat template in place of the model's own, as in a job.</summary>
    public string? Template { get; init; }

    /// <summary>Tokens that end a completion besides the model's own, as in a job.</summary>
    public IReadOnlyList<string> EndTokens { get; init; } = [];

    public Compute Compute { get; init; }

    /// <summary>The conversation. Exactly one of this, <see cref="Text"/> and <see cref="Tokens"/> is given.</summary>
    public IReadOnlyList<ChatMessage>? Messages { get; init; }

    /// <summary>Functions that the template shows, in OpenAI's form.</summary>
    public JsonArray? Tools { get; init; }

    /// <summary>Other names that the template may use, such as reasoning_effort.</summary>
    public JsonObject? TemplateArguments { get; init; }

    /// <summary>A raw prompt that no template is put around.</summary>
    public string? Text { get; init; }

    /// <summary>A raw prompt as ids of the model's tokens.</summary>
    public IReadOnlyList<int>? Tokens { get; init; }

    /// <summary>
    /// Whose request it is, such as an account: what was computed for a prompt is found again by requests of the same scope only, so that nobody
    /// learns from the time or from <see cref="TokenUsage.Cached"/> what others ask.
    /// </summary>
    public string? Scope { get; init; }

    /// <summary>Completions (n), numbered from 0. They share the prompt's keys and values.</summary>
    public int Count { get; init; } = 1;

    /// <summary>Null: what the model has room for, at most the server's limit.</summary>
    public int? MaxTokens { get; init; }

    public SamplingSettings Sampling { get; init; } = new();

    /// <summary>As OpenAI defines them: subtracted from the logits of tokens that the completion holds, once, and for each time.</summary>
    public float PresencePenalty { get; init; }

    public float FrequencyPenalty { get; init; }

    /// <summary>Added to the logits of tokens, by id.</summary>
    public IReadOnlyDictionary<int, float> LogitBias { get; init; } = new Dictionary<int, float>();

    /// <summary>Texts that end a completion; they are not part of it.</summary>
    public IReadOnlyList<string> Stop { get; init; } = [];

    public ulong Seed { get; init; }

    /// <summary>Likeliest tokens to tell beside each drawn one (0 to 20). Null: no log-probabilities at all.</summary>
    public int? TopLogProbabilities { get; init; }

    /// <summary>The completion is JSON that this schema allows: tokens that would leave it cannot be drawn. <c>true</c>: any JSON object.</summary>
    public JsonNode? Schema { get; init; }
}

/// <summary>Why a completion ended.</summary>
public enum FinishReason
{
    /// <summary>The model ended it.</summary>
    Stop,

    /// <summary>A text of <see cref="GenerateRequest.Stop"/> came.</summary>
    StopText,

    /// <summary>It has the most tokens that were allowed, or the model's context is full.</summary>
    Length,
}

/// <summary>A token and its log-probability under the sampling temperature, unfiltered; 0 and under: as drawn greedily, of temperature 1.</summary>
/// <param name="Text">What it adds to the text; may be empty or half a character (U+FFFD).</param>
public sealed record TokenChance(int Id, string Text, byte[] Bytes, float LogProbability);

/// <summary>A drawn token with the likeliest ones at its place.</summary>
public sealed record DrawnToken(TokenChance Token, IReadOnlyList<TokenChance> Top);

/// <summary>What was written since the last piece of the same completion.</summary>
/// <param name="Index">The completion, from 0.</param>
/// <param name="Text">Whole characters; never part of a stop text.</param>
/// <param name="Tokens">With log-probabilities when they were asked for, else empty.</param>
/// <param name="Finish">Not null in the last piece of a completion.</param>
/// <param name="Usage">Not null in the very last piece of the request.</param>
public sealed record GeneratedPiece(
    int Index, string Text, IReadOnlyList<DrawnToken> Tokens, FinishReason? Finish = null, string? StopText = null, TokenUsage? Usage = null);

/// <summary>Tokens of the prompt, those of them whose keys and values were there already, and tokens of all completions.</summary>
public sealed record TokenUsage(int Prompt, int Cached, int Completion);
