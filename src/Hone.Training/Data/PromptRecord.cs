using System.Text.Json;

namespace Hone.Training.Data;

/// <summary>A prompt to answer: one line of a file for reinforcement or evaluation.</summary>
/// <remarks>The metadata holds every key of the record but <c>id</c> and <c>messages</c>; <c>reference_answer</c> is among
/// them as it was written, and <c>Reference</c> is the text that a grader compares with.</remarks>
public sealed record PromptRecord(
    string Id,
    IReadOnlyList<ChatTurn> Messages,
    string? Reference,
    IReadOnlyDictionary<string, JsonElement> Metadata,
    int Line)
{
    /// <summary>Tools, documents and variables for the chat template, from the metadata.</summary>
    public TemplateInputs Inputs => TemplateInputs.Of(key => Metadata.TryGetValue(key, out var value) ? value : null);
}

/// <summary>A conversation to imitate: one line of a file for supervised training. Its last turn is the assistant's.</summary>
public sealed record SupervisedRecord(string Id, IReadOnlyList<ChatTurn> Messages, int Line)
{
    /// <summary>Tools, documents and variables for the chat template.</summary>
    public TemplateInputs Inputs { get; init; } = TemplateInputs.None;
}
