using System.Runtime.CompilerServices;
using Hone.Grading.CSharp;
using Hone.Grading.Workers;
using Hone.Jobs.Engine.Protocol;
using Hone.Jobs.Engine.Serving;
using Hone.Models.Encryption;

namespace Hone.Jobs.Engine;

/// <summary>How the engine's process is started.</summary>
public sealed record EngineProcessSettings
{
    public EngineSettings Engine { get; init; } = new();

    /// <summary>What the process writes beside the conversation is appended to this file.</summary>
    public required string LogFile { get; init; }

    /// <summary>A folder whose key, if <see cref="SealedFile"/> knows one, the process is told.</summary>
    public string? DataFolder { get; init; }

    /// <summary>Program and arguments; empty: Hone itself, which lies beside this assembly.</summary>
    public IReadOnlyList<string> Program { get; init; } = [];

    /// <summary>Threads that it computes with. Null: one for each processor.</summary>
    public int? Threads { get; init; }

    /// <summary>What code of graders does not get to see (<see cref="PrivateFiles"/>).</summary>
    public IReadOnlyList<string> Private { get; init; } = [];

    internal IReadOnlyList<string> CommandLine =>
    [
        .. Program.Count > 0 ? Program : [.. DotnetHost.Hone, "engine"],
        "--batch", $"{Engine.Batch}", "--waiting", $"{Engine.Waiting}", "--cache-bytes", $"{Engine.CacheBytes}",
        "--models", $"{Engine.Models}", "--adapters", $"{Engine.Adapters}", "--most-tokens", $"{Engine.MostTokens}",
        .. Private.SelectMany(path => new[] { "--private", Path.GetFullPath(path) }),
    ];
}

/// <summary>
/// The engine in a process of its own, which is started at the first call, and again at the next call after it ended. Calls that were under way
/// when it ended get <see cref="EngineFailedException"/>.
/// </summary>
public sealed class EngineProcess(EngineProcessSettings settings) : IEngine
{
    // A process that cannot live shall not be started without pause.
    static readonly TimeSpan _pause = TimeSpan.FromSeconds(1);

    readonly WaitingRoom _room = new(settings.Engine.Batch + settings.Engine.Waiting);
    readonly SemaphoreSlim _gate = new(1);
    EngineConnection? _connection;
    long _calls;
    bool _disposed;

    /// <summary>Its number, while it runs.</summary>
    public int? ProcessId => !_disposed && _connection is { IsOpen: true } open ? open.ProcessId : null;

    public async IAsyncEnumerable<GeneratedPiece> Generate(GenerateRequest request, [EnumeratorCancellation] CancellationToken stop)
    {
        using var place = _room.Enter(Math.Max(1, request.Count));
        long id = Interlocked.Increment(ref _calls);
        await foreach (var answer in Ask(EngineCall.ToGenerate(id, request), stop).ConfigureAwait(false))
        {
            if (answer.Piece is { } piece)
            {
                yield return piece;
            }
        }
    }

    public async Task<int> CountTokens(GenerateRequest request, CancellationToken stop)
    {
        int tokens = 0;
        long id = Interlocked.Increment(ref _calls);
        await foreach (var answer in Ask(EngineCall.ToCount(id, request), stop).ConfigureAwait(false))
        {
            tokens = answer.Tokens ?? tokens;
        }

        return tokens;
    }

    public async Task Train(TrainRequest request, Action<TrainingNews> news, CancellationToken stop)
    {
        long id = Interlocked.Increment(ref _calls);
        var connection = await Connect(stop).ConfigureAwait(false);
        var answers = connection.Ask(new(id) { Train = request });

        // A run that is stopped still has something to write: its end is waited for.
        using var cancelled = stop.UnsafeRegister(_ => connection.GiveUp(id), null);
        await foreach (var answer in answers.ReadAllAsync(CancellationToken.None).ConfigureAwait(false))
        {
            if (answer.News is { } told)
            {
                news(told);
            }
            else
            {
                Throw(answer, stop);
            }
        }
    }

    public Task Reach(CancellationToken stop) => Connect(stop);

    /// <summary>Lets the process end by itself, runs that train at their next safe point.</summary>
    public async ValueTask DisposeAsync()
    {
        await _gate.WaitAsync().ConfigureAwait(false);
        var connection = _disposed ? null : _connection;
        _disposed = true;
        _gate.Release();
        if (connection is not null)
        {
            await connection.DisposeAsync().ConfigureAwait(false);
        }
    }

    async IAsyncEnumerable<EngineAnswer> Ask(EngineCall call, [EnumeratorCancellation] CancellationToken stop)
    {
        var connection = await Connect(stop).ConfigureAwait(false);
        var answers = connection.Ask(call);
        bool isOver = false;
        try
        {
            await foreach (var answer in answers.ReadAllAsync(stop).ConfigureAwait(false))
            {
                isOver = answer.IsLast;
                Throw(answer, stop);
                yield return answer;
            }
        }
        finally
        {
            if (!isOver)
            {
                connection.Forget(call.Id);
            }
        }
    }

    static void Throw(EngineAnswer answer, CancellationToken stop)
    {
        if (answer.Problem() is { } problem)
        {
            throw problem is OperationCanceledException ? new OperationCanceledException(stop) : problem;
        }
    }

    async Task<EngineConnection> Connect(CancellationToken stop)
    {
        if (_connection is { IsOpen: true } open)
        {
            return open;
        }

        await _gate.WaitAsync(stop).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_connection is { IsOpen: false } ended)
            {
                if (ended.Age < _pause)
                {
                    await Task.Delay(_pause, stop).ConfigureAwait(false);
                }

                await ended.DisposeAsync().ConfigureAwait(false);
                _connection = null;
            }

            return _connection ??= await EngineConnection.Open(settings, stop).ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }
    }
}
