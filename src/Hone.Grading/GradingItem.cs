using System.Text.Json;

namespace Hone.Grading;

/// <summary>One completion to grade. Truncated: it ended because its tokens ran out.</summary>
public sealed record GradingItem(
    string Id,
    IReadOnlyList<GradingMessage> Prompt,
    string Completion,
    string? Reference,
    IReadOnlyDictionary<string, JsonElement> Metadata,
    bool Truncated)
{
    /// <summary>Completions of one prompt that are compared with each other have the same one. Null: it is alone.</summary>
    public string? Group { get; init; }

    /// <summary>Completions in the group.</summary>
    public int GroupSize { get; init; } = 1;

    /// <summary>The completion's tokens, the one that ends it included. Null: not known.</summary>
    public int? CompletionTokens { get; init; }

    /// <summary>The most tokens that the completion could have had. Null: not known.</summary>
    public int? MaxTokens { get; init; }

    /// <summary>Place in the group, from 0.</summary>
    public int Index { get; init; }

    public Grade Scored(double score, string reason, params IReadOnlyList<Metric> metrics) =>
        new(Id, score, null, reason, metrics);

    public Grade Failed(string boundary, string message, params IReadOnlyList<Metric> metrics)
    {
        var fault = new Fault(boundary, message);
        return new(Id, null, fault, $"No score. {fault}", metrics);
    }
}

/// <summary>One turn of the prompt.</summary>
public sealed record GradingMessage(string Role, string Content)
{
    /// <summary>The turn as the record has it, where it holds more than a role and text: calls of tools, reasoning. Null: nothing more.</summary>
    public JsonElement? Written { get; init; }
}
