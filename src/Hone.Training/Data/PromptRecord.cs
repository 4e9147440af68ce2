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
    int Line);

/// <summary>A conversation to imitate: one line of a file for supervised training. Its last turn is the assistant's.</summary>
public sealed record SupervisedRecord(string Id, IReadOnlyList<ChatTurn> Messages, int Line);
