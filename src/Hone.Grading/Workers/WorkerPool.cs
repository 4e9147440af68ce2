namespace Hone.Grading.Workers;

/// <summary>The workers of one grader. They stay warm between batches and are replaced when they are worn out.</summary>
/// <param name="program">What they run; asked for when the first is started.</param>
sealed class WorkerPool(Func<WorkerProgram> program, WorkerLimits limits, Containment containment) : IDisposable
{
    const int CallsPerMeasure = 256;

    static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);

    readonly SemaphoreSlim _places = new(limits.Workers);
    readonly Lock _gate = new();
    readonly Stack<WorkerProcess> _idle = [];
    WorkerProgram? _program;
    readonly CancellationTokenSource _closing = new();
    bool _disposed;

    /// <summary>Its program has become ready before.</summary>
    public bool HasStarted { get; private set; }

    /// <summary>Set when it is disposed: whoever is inside leaves.</summary>
    public CancellationToken Closing => _closing.Token;

    /// <summary>Waits for a place. Whoever entered leaves again.</summary>
    public void Enter(CancellationToken stop) => _places.Wait(stop);

    /// <summary>Gives the place back, and the worker to those that are idle.</summary>
    public void Leave(WorkerProcess? worker)
    {
        if (worker is not null && !(IsFit(worker, measure: true) && Keep(worker)))
        {
            worker.Dispose();
        }

        _places.Release();
    }

    /// <summary>A worker that is warm, or a new one.</summary>
    /// <exception cref="WorkerFault">It did not start, twice.</exception>
    public WorkerProcess Take(CancellationToken stop)
    {
        while (Idle() is { } worker)
        {
            if (IsFit(worker, measure: false))
            {
                return worker;
            }

            worker.Dispose();
        }

        return Start(stop);
    }

    /// <summary>A new worker, which nothing was asked before.</summary>
    /// <exception cref="WorkerFault">It did not start, twice.</exception>
    public WorkerProcess Start(CancellationToken stop)
    {
        try
        {
            return StartOnce(stop);
        }
        catch (WorkerFault)
        {
            return StartOnce(stop);
        }
    }

    /// <summary>Whether it can be asked again, without a look at its processes for most calls.</summary>
    public bool IsFit(WorkerProcess worker) => IsFit(worker, measure: worker.Calls % CallsPerMeasure == 0);

    /// <summary>Ends all workers; those that grade, too.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
        }

        _closing.Cancel();
        for (int place = 0; place < limits.Workers; place++)
        {
            _places.Wait(_patience);
        }

        while (Idle() is { } worker)
        {
            worker.Dispose();
        }
    }

    bool IsFit(WorkerProcess worker, bool measure)
    {
        if (!worker.IsUsable || worker.Calls >= limits.CallsPerWorker)
        {
            return false;
        }

        if (!measure)
        {
            return true;
        }

        var (processes, bytes) = worker.Measure();
        return processes <= worker.ProcessesAtRest && bytes <= (long)limits.MemoryMegabytes << 19;
    }

    WorkerProcess StartOnce(CancellationToken stop)
    {
        WorkerProgram known;
        lock (_gate)
        {
            known = _program ??= program();
        }

        var worker = new WorkerProcess(known, limits, containment, stop);
        HasStarted = true;
        return worker;
    }

    WorkerProcess? Idle()
    {
        lock (_gate)
        {
            return _idle.TryPop(out var worker) ? worker : null;
        }
    }

    bool Keep(WorkerProcess worker)
    {
        lock (_gate)
        {
            if (!_disposed)
            {
                _idle.Push(worker);
            }

            return !_disposed;
        }
    }
}
