using System.Text.Json;

namespace Hone.Training.Data;

/// <summary>A prompt to answer: one line of a file for reinforcement or evaluation.</summary>
/// <remarks>The metadata holds every key of the record but <c>id</c> and the turns, and beside them those of the record's own <c>metadata</c>, of which
/// a key that the record has too stays below <c>metadata</c>; <c>reference_answer</c> is among them as it was written, whatever key it stood under, and
/// <c>Reference</c> is the text that a grader compares with.</remarks>
public sealed record PromptRecord(
    string Id,
    IReadOnlyList<ChatTurn> Messages,
    string? Reference,
    IReadOnlyDictionary<string, JsonElement> Metadata,
    int Line)
{
    /// <summary>Which of several files it is in. Null: there is only one.</summary>
    public string? File { get; init; }

    /// <summary>Tools, documents and variables for the chat template, from the metadata.</summary>
    public TemplateInputs Inputs => TemplateInputs.Of(key => Metadata.TryGetValue(key, out var value) ? value : null);
}

/// <summary>A conversation to imitate: one line of a file for supervised training. Its last turn is the assistant's.</summary>
public sealed record SupervisedRecord(string Id, IReadOnlyList<ChatTurn> Messages, int Line)
{
    /// <summary>Tools, documents and variables for the chat template.</summary>
    public TemplateInputs Inputs { get; init; } = TemplateInputs.None;
}
