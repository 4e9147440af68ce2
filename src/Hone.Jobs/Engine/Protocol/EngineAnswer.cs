namespace Hone.Jobs.Engine.Protocol;

/// <summary>A line from the engine's process: what came of a call so far, or with <see cref="IsLast"/> at its end.</summary>
sealed record EngineAnswer(long Id)
{
    public GeneratedPiece? Piece { get; init; }

    public TrainingNews? News { get; init; }

    /// <summary>Tokens of a prompt that was to be counted.</summary>
    public int? Tokens { get; init; }

    /// <summary>The request is at fault, with these sentences.</summary>
    public IReadOnlyList<string>? Refused { get; init; }

    /// <summary>Seconds to wait.</summary>
    public double? Busy { get; init; }

    public string? Failed { get; init; }

    /// <summary>The run asks for a pause, for this reason.</summary>
    public string? Paused { get; init; }

    public bool? Cancelled { get; init; }

    /// <summary>It came to its end.</summary>
    public bool? Done { get; init; }

    public bool IsLast => Piece is null && News is null;

    public static EngineAnswer Of(long id, Exception? problem) => problem switch
    {
        null => new(id) { Done = true },
        EngineRequestException request => new(id) { Refused = request.Problems },
        EngineBusyException busy => new(id) { Busy = busy.RetryAfter.TotalSeconds },
        EngineFailedException => new(id) { Failed = problem.Message },
        EnginePausedException => new(id) { Paused = problem.Message },
        OperationCanceledException => new(id) { Cancelled = true },
        _ => new(id) { Failed = $"This is a defect of Hone: {problem}" },
    };

    /// <summary>What the caller gets; null at a good end.</summary>
    public Exception? Problem() => this switch
    {
        { Refused: { } problems } => new EngineRequestException(problems),
        { Busy: { } seconds } => new EngineBusyException(TimeSpan.FromSeconds(seconds)),
        { Failed: { } message } => new EngineFailedException(message),
        { Paused: { } reason } => new EnginePausedException(reason),
        { Cancelled: true } => new OperationCanceledException(),
        _ => null,
    };
}
