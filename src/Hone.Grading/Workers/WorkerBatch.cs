using System.Collections.Concurrent;

namespace Hone.Grading.Workers;

/// <summary>One batch on its way through the workers.</summary>
/// <remarks>
/// <para>A score counts wherever it comes from. A fault counts only where the item was alone in its call and the call was the first of its
/// worker: whatever another item did to the worker before, it is not this item's fault. So one bad item costs its own score and no other,
/// and the outcome does not depend on which items met in a worker.</para>
/// <para>A call of several items whose answer lacks a grade is made again for those items, one by one.</para>
/// </remarks>
sealed class WorkerBatch
{
    readonly WorkerPool _pool;
    readonly WorkerDialogue _dialogue;
    readonly WorkerLimits _limits;
    readonly long _end;
    readonly CancellationToken _stop;
    readonly ConcurrentQueue<GradingItem[]> _calls;
    readonly ConcurrentDictionary<string, Grade> _grades = new(StringComparer.Ordinal);
    volatile WorkerFault? _broken;

    public WorkerBatch(WorkerPool pool, WorkerDialogue dialogue, WorkerLimits limits, IReadOnlyList<GradingItem> items, CancellationToken stop)
    {
        (_pool, _dialogue, _limits, _stop) = (pool, dialogue, limits, stop);
        _end = Environment.TickCount64 + (long)(1000 * limits.BatchSeconds);
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
        foreach (var item in Try(items, ref worker, fresh: false))
        {
            if (items.Length == 1 || Try([item], ref worker, fresh: false).Length > 0)
            {
                Try([item], ref worker, fresh: true);
            }
        }
    }

    // The items that have no grade yet.
    GradingItem[] Try(GradingItem[] items, ref WorkerProcess? worker, bool fresh)
    {
        _stop.ThrowIfCancellationRequested();
        double seconds = (_end - Environment.TickCount64) / 1000.0;
        if (seconds <= 0)
        {
            return Fail(items, WorkerFault.Deadline, BatchIsOver());
        }

        if (fresh)
        {
            Drop(ref worker);
        }

        try
        {
            worker ??= _broken is { } broken ? throw broken : fresh ? _pool.Start(_stop) : _pool.Take(_stop);
        }
        catch (WorkerFault e)
        {
            // It is the program that does not start, whatever the item.
            _stop.ThrowIfCancellationRequested();
            _broken = e;
            return Fail(items, e.Kind, e.Message);
        }

        bool counts = worker.Calls == 0 && items.Length == 1;
        var grades = Call(items, worker, Math.Min(seconds, _limits.CallSeconds), out bool clean);
        GradingItem[] open = [.. items.Where(item => !Take(item, grades, counts))];
        if (!clean || !_pool.IsFit(worker))
        {
            Drop(ref worker);
        }

        return open;
    }

    IReadOnlyList<Grade> Call(GradingItem[] items, WorkerProcess worker, double seconds, out bool clean)
    {
        try
        {
            string line = worker.Ask(_dialogue.Ask(items), _dialogue.IsAnswer, seconds, _stop);
            var answer = _dialogue.Read(line, items);
            clean = answer.Clean;
            return answer.Grades;
        }
        catch (WorkerFault e)
        {
            _stop.ThrowIfCancellationRequested();
            clean = false;
            string message = e.Kind == WorkerFault.Deadline && seconds < _limits.CallSeconds ? BatchIsOver() : e.Message;
            return [.. items.Select(item => item.Failed(e.Kind, message))];
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
}
