using System.Collections.Concurrent;

namespace Hone.Grading.Workers;

/// <summary>One batch on its way through the workers.</summary>
/// <remarks>
/// <para>A score counts wherever it comes from. A fault counts only where the item was alone in its call and the call was the first of its
/// worker: whatever another item did to the worker before, it is not this item's fault. So one bad item costs its own score and no other,
/// and the outcome does not depend on which items met in a worker.</para>
/// <para>A call of several items whose answer lacks a grade is made again for those items, one by one. A worker that can be renewed, in a
/// fiftieth of the time that a new one takes, is as good as new for a fault that it reports itself; where it ends, a new one has the last word.</para>
/// </remarks>
sealed class WorkerBatch
{
    readonly WorkerPool _pool;
    readonly WorkerDialogue _dialogue;
    readonly WorkerLimits _limits;
    long _end;
    readonly CancellationTokenSource _stops;
    readonly CancellationToken _stop;
    readonly ConcurrentQueue<GradingItem[]> _calls;
    readonly ConcurrentDictionary<string, Grade> _grades = new(StringComparer.Ordinal);
    volatile WorkerFault? _broken;

    public WorkerBatch(WorkerPool pool, WorkerDialogue dialogue, WorkerLimits limits, IReadOnlyList<GradingItem> items, CancellationToken stop)
    {
        (_pool, _dialogue, _limits) = (pool, dialogue, limits);
        _stops = CancellationTokenSource.CreateLinkedTokenSource(stop, pool.Closing);
        _stop = _stops.Token;
        List<GradingItem> open = [];
        foreach (var item in items)
        {
            if (dialogue.WithoutWorker(item) is { } grade)
            {
                _grades[item.Id] = grade;
            }
            else
            {
                open.Add(item);
            }
        }

        _calls = new(open.Chunk(dialogue.ItemsPerCall));
    }

    public async Task<IReadOnlyList<Grade>> Run()
    {
        using var stops = _stops;
        int workers = Math.Min(_limits.Workers, _calls.Count);
        var working = Enumerable.Range(0, workers)
            .Select(_ => Task.Factory.StartNew(Work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default));
        await Task.WhenAll(working).ConfigureAwait(false);
        _stop.ThrowIfCancellationRequested();
        return [.. _grades.Values];
    }

    void Work()
    {
        _pool.Enter(_stop);

        // The time that other batches take is not this one's.
        _ = Interlocked.CompareExchange(ref _end, Environment.TickCount64 + (long)(1000 * _limits.BatchSeconds), 0);
        WorkerProcess? worker = null;
        try
        {
            while (!_stop.IsCancellationRequested && _calls.TryDequeue(out var items))
            {
                Settle(items, ref worker);
            }
        }
        finally
        {
            _pool.Leave(worker);
        }
    }

    // Ends with a grade for each of the items.
    void Settle(GradingItem[] items, ref WorkerProcess? worker)
    {
        foreach (var item in Try(items, ref worker, Freshness.Any))
        {
            if ((items.Length == 1 || Try([item], ref worker, Freshness.Any).Length > 0) && Try([item], ref worker, Freshness.Renewed).Length > 0)
            {
                Try([item], ref worker, Freshness.New);
            }
        }
    }

    // The items that have no grade yet.
    GradingItem[] Try(GradingItem[] items, ref WorkerProcess? worker, Freshness freshness)
    {
        _stop.ThrowIfCancellationRequested();
        double seconds = (_end - Environment.TickCount64) / 1000.0;
        if (seconds <= 0)
        {
            return Fail(items, WorkerFault.Deadline, BatchIsOver());
        }

        if (freshness == Freshness.New || (freshness == Freshness.Renewed && worker?.Renew(_stop) != true))
        {
            Drop(ref worker);
        }

        try
        {
            worker ??= _broken is { } broken ? throw broken : freshness == Freshness.Any ? _pool.Take(_stop) : _pool.Start(_stop);
        }
        catch (WorkerFault e)
        {
            _stop.ThrowIfCancellationRequested();

            // A program that never started does not start, whatever the item.
            _broken = _pool.HasStarted ? null : e;
            return Fail(items, e.Kind, e.Message);
        }

        bool isFirst = worker.Calls == 0 && items.Length == 1, isNew = worker.IsNew;
        var answer = Call(items, worker, Math.Min(seconds, _limits.CallSeconds));
        bool counts = isFirst && (isNew || worker.IsLiving);
        GradingItem[] open = [.. items.Where(item => !Take(item, answer.Grades, counts))];
        if (answer.Left == Leftover.Processes || !_pool.IsFit(worker) || (answer.Left == Leftover.Threads && !worker.Renew(_stop)))
        {
            Drop(ref worker);
        }

        return open;
    }

    WorkerAnswer Call(GradingItem[] items, WorkerProcess worker, double seconds)
    {
        try
        {
            return _dialogue.Read(worker.Ask(_dialogue.Ask(items), _dialogue.IsAnswer, seconds, _stop), items);
        }
        catch (WorkerFault e)
        {
            _stop.ThrowIfCancellationRequested();
            string message = e.Kind == WorkerFault.Deadline && seconds < _limits.CallSeconds ? BatchIsOver() : e.Message;
            return new([.. items.Select(item => item.Failed(e.Kind, message))]);
        }
    }

    bool Take(GradingItem item, IReadOnlyList<Grade> grades, bool counts)
    {
        var grade = grades.FirstOrDefault(grade => grade.Id == item.Id) ?? item.Failed(WorkerFault.Answer, "it was not graded.");
        if (grade.Fault is not null && !counts)
        {
            return false;
        }

        _grades[item.Id] = grade.Fault is null ? grade : _dialogue.Settle(item, grade);
        return true;
    }

    GradingItem[] Fail(GradingItem[] items, string kind, string message)
    {
        foreach (var item in items)
        {
            _grades[item.Id] = item.Failed(kind, message);
        }

        return [];
    }

    string BatchIsOver() => $"the batch took longer than {_limits.BatchSeconds:0.###} s.";

    static void Drop(ref WorkerProcess? worker)
    {
        worker?.Dispose();
        worker = null;
    }

    enum Freshness
    {
        /// <summary>It may have been asked before.</summary>
        Any,

        /// <summary>It has forgotten what it was asked, or is new.</summary>
        Renewed,

        /// <summary>Nothing was asked before.</summary>
        New,
    }
}
