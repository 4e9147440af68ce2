using System.Text.Json;
using Hone.Jobs.Engine;
using Hone.Server.Accounts;
using Hone.Server.Registry;

namespace Hone.Server.Inference;

/// <summary>What a surface knows of a request beside what it asks the engine. Set before <see cref="IInference.Generate"/> is called.</summary>
public sealed record InvocationNotes
{
    static readonly AsyncLocal<InvocationNotes?> _current = new();

    /// <summary>The notes of the request that this code runs for; null where its surface left none.</summary>
    public static InvocationNotes? Current
    {
        get => _current.Value;
        set => _current.Value = value;
    }

    public string? RequestId { get; init; }

    /// <summary>"InvokeModel", "ConverseStream", "chat.completions" …</summary>
    public required string Operation { get; init; }

    /// <summary>The model as the user named it.</summary>
    public string? ModelReference { get; init; }

    /// <summary>The body as it came, where the surface keeps it.</summary>
    public JsonElement? Body { get; init; }

    /// <summary>What the user says about the request, for filters of logs.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();
}

/// <summary>An answer of several, or the only one.</summary>
public sealed record InvokedCompletion(string Text, FinishReason? Finish, string? StopText);

/// <summary>A request that is over, whether or not it was answered to its end.</summary>
/// <param name="Completions">What was written, by index; those that were cut off have no finish.</param>
/// <param name="Usage">Null where the request was cut off or failed.</param>
/// <param name="Problem">What was answered in place of the rest; null where all went well or the client left.</param>
public sealed record Invocation(
    Caller Caller, ServedModel Model, GenerateRequest Request, IReadOnlyList<InvokedCompletion> Completions, TokenUsage? Usage, DateTimeOffset Began,
    TimeSpan Took, TimeSpan? ToFirstPiece, ApiProblem? Problem, InvocationNotes? Notes);

/// <summary>Hears of every request after it is over. What it throws is logged and harms nobody.</summary>
public interface IInvocationSink
{
    Task Record(Invocation invocation, CancellationToken stop);
}
