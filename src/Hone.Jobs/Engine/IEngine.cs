namespace Hone.Jobs.Engine;

/// <summary>
/// The engine of a machine: it trains and answers, over one copy of each base model's weights. Behind it stands a process of its own
/// (<see cref="EngineFailedException"/> when that dies), or in tests an object.
/// </summary>
/// <remarks>Calls may come from any thread, many at once. A cancelled call frees what it held.</remarks>
public interface IEngine : IAsyncDisposable
{
    /// <summary>
    /// Answers a request piece by piece. Pieces of one completion come in order; those of several completions are interleaved. The same
    /// request gives the same tokens and log-probabilities to the bit, whatever else the engine does meanwhile.
    /// </summary>
    /// <exception cref="EngineRequestException">The request cannot be answered; the sentence says why.</exception>
    /// <exception cref="EngineBusyException">No room in the queue.</exception>
    IAsyncEnumerable<GeneratedPiece> Generate(GenerateRequest request, CancellationToken stop);

    /// <summary>Tokens of the prompt, as <see cref="Generate"/> would read it.</summary>
    /// <exception cref="EngineRequestException">The prompt cannot be read; the sentence says why.</exception>
    Task<int> CountTokens(GenerateRequest request, CancellationToken stop);

    /// <summary>
    /// Begins or goes on with the run in <see cref="TrainRequest.RunFolder"/> and returns when it has come to its end. Cancelled: the
    /// run stops after what it is at, keeps its last checkpoint, and can be gone on with.
    /// </summary>
    /// <param name="news">Called in order, from one thread at a time. What counts is in the run folder; this says when to look.</param>
    /// <exception cref="OperationCanceledException">Stopped; the run can be gone on with.</exception>
    /// <exception cref="EnginePausedException">The run asks for a pause, such as a judge whose budget is spent; it can be gone on with.</exception>
    /// <exception cref="EngineRequestException">The job cannot run; the sentences say why, for the person who wrote the job.</exception>
    Task Train(TrainRequest request, Action<TrainingNews> news, CancellationToken stop);

    /// <summary>Returns when it can be asked, and starts it where that takes a start.</summary>
    /// <exception cref="EngineFailedException">It cannot be reached.</exception>
    Task Reach(CancellationToken stop) => Task.CompletedTask;
}

/// <summary>The request is at fault. Each problem is a sentence for the person who wrote it.</summary>
public sealed class EngineRequestException(IReadOnlyList<string> problems) : Exception(string.Join(" ", problems))
{
    public IReadOnlyList<string> Problems => problems;
}

/// <summary>A run asks to be paused until a person has decided. The message says why and what to do.</summary>
public sealed class EnginePausedException(string message) : Exception(message);

/// <summary>Too much is waiting already: try again after <see cref="RetryAfter"/>.</summary>
public sealed class EngineBusyException(TimeSpan retryAfter) : Exception($"The engine is busy; try again in {Math.Ceiling(retryAfter.TotalSeconds)} s.")
{
    public TimeSpan RetryAfter => retryAfter;
}

/// <summary>The engine's process ended or cannot be reached. What it was at can be asked for again.</summary>
public sealed class EngineFailedException(string message, Exception? inner = null) : Exception(message, inner);
