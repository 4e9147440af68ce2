using System.Runtime.ExceptionServices;
using System.Threading.Channels;

namespace Hone.Training;

/// <summary>
/// Writes steps, evaluations and events behind the training loop's back, in the order of the calls, so that a disk never holds up a kernel.
/// Everything else waits until what came before is written: a checkpoint never tells of a step that the record does not have.
/// </summary>
/// <remarks>
/// A killed process loses what waited, which came after the last checkpoint and is made again when the run goes on. A failure to write
/// reaches the next caller; nothing is written after it.
/// </remarks>
public sealed class QueuedRecord : IRunRecord, IDisposable
{
    // Steps that may wait: their rollouts stay in memory until they are written.
    const int Capacity = 4;

    readonly IRunRecord _record;
    readonly Channel<Action> _queue = Channel.CreateBounded<Action>(new BoundedChannelOptions(Capacity) { SingleReader = true });
    readonly Task _writer;
    volatile ExceptionDispatchInfo? _failure;

    public QueuedRecord(IRunRecord record)
    {
        _record = record;
        _writer = Task.Run(Write);
    }

    public void Event(int step, string kind, string message) => Add(() => _record.Event(step, kind, message));

    public void Step(StepMetrics metrics, IReadOnlyList<Rollout> rollouts, IReadOnlyList<Rollout> replaced) =>
        Add(() => _record.Step(metrics, rollouts, replaced));

    public void Evaluation(Evaluation evaluation) => Add(() => _record.Evaluation(evaluation));

    public Evaluation? FindEvaluation(string name, int step)
    {
        Flush();
        return _record.FindEvaluation(name, step);
    }

    public void Checkpoint(TrainingCursor cursor, Action<string> write)
    {
        Flush();
        _record.Checkpoint(cursor, write);
    }

    public void KeepBest(Action<string> write)
    {
        Flush();
        _record.KeepBest(write);
    }

    public (TrainingCursor Cursor, string Folder)? Resume()
    {
        Flush();
        return _record.Resume();
    }

    public (TrainingCursor Cursor, string Folder) GoBack(int step)
    {
        Flush();
        return _record.GoBack(step);
    }

    /// <summary>Waits until everything so far is written.</summary>
    public void Flush()
    {
        using var written = new ManualResetEventSlim();
        Add(written.Set);
        written.Wait();
        _failure?.Throw();
    }

    /// <summary>Writes what waits. A failure that nobody has heard of yet is thrown.</summary>
    public void Dispose()
    {
        if (_queue.Writer.TryComplete())
        {
            _writer.GetAwaiter().GetResult();
            _failure?.Throw();
        }
    }

    void Add(Action action)
    {
        _failure?.Throw();
        _queue.Writer.WriteAsync(action).AsTask().GetAwaiter().GetResult();
    }

    async Task Write()
    {
        await foreach (var action in _queue.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            try
            {
                action();
            }
            catch (Exception e)
            {
                _failure = ExceptionDispatchInfo.Capture(e);
                break;
            }
        }

        // After a failure nothing is written, but nobody may wait for it either.
        await foreach (var action in _queue.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            if (action.Target is ManualResetEventSlim waiting)
            {
                waiting.Set();
            }
        }
    }
}
