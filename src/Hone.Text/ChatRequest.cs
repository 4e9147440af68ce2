namespace Hone.Text;

/// <summary>What a conversation is rendered with, beside its messages.</summary>
public sealed record ChatRequest
{
    /// <summary>Ends with what comes before the assistant's next answer.</summary>
    public bool AddGenerationPrompt { get; init; }

    /// <summary>Leaves the last message open, for the model to go on with: the field that is left open, mostly "content". Null: it is closed.</summary>
    public string? ContinueField { get; init; }

    /// <summary>JSON schemas of the tools that the model may call. Null: none; a model with a template of its own for tools uses that one otherwise.</summary>
    public IReadOnlyList<object?>? Tools { get; init; }

    /// <summary>Documents that the model may quote, as dictionaries. Null: none.</summary>
    public IReadOnlyList<object?>? Documents { get; init; }

    /// <summary>Further variables, such as enable_thinking or reasoning_effort; they win over all others.</summary>
    public IReadOnlyDictionary<string, object?>? Variables { get; init; }
}

/// <summary>A rendered conversation.</summary>
/// <param name="Text">What the model reads.</param>
/// <param name="AssistantSpans">The parts that the template marks as the assistant's with a generation block: from, up to, in UTF-16 units of the text.</param>
public sealed record RenderedChat(string Text, IReadOnlyList<(int Start, int End)> AssistantSpans);
