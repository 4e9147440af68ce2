using Hone.Training;

namespace Hone.Tests.Training;

public class QueuedRecordTests
{
    [Fact]
    public void What_waits_is_written_in_order_before_a_checkpoint()
    {
        var slow = new SlowRecord();
        using var queued = new QueuedRecord(slow);

        for (int i = 0; i < 20; i++)
        {
            queued.Event(i, "info", "");
        }

        queued.Checkpoint(new TrainingCursor { Step = 20, Updates = 20 }, _ => { });

        Assert.Equal([.. Enumerable.Range(0, 20), 1000], slow.Written);
    }

    [Fact]
    public void What_waits_is_written_before_the_record_closes()
    {
        var slow = new SlowRecord();
        using (var queued = new QueuedRecord(slow))
        {
            queued.Event(1, "info", "");
            queued.Event(2, "info", "");
        }

        Assert.Equal([1, 2], slow.Written);
    }

    [Fact]
    public void A_failure_reaches_the_next_caller_and_nothing_is_written_after_it()
    {
        var full = new SlowRecord { FailsAt = 3 };
        using var queued = new QueuedRecord(full);

        var failure = Assert.Throws<IOException>(() =>
        {
            for (int i = 0; i < 10; i++)
            {
                queued.Event(i, "info", "");
            }

            queued.Flush();
        });

        Assert.Equal("The disk is full.", failure.Message);
        Assert.Equal([0, 1, 2], full.Written);
        Assert.Throws<IOException>(() => queued.KeepBest(_ => { }));
        Assert.Throws<IOException>(queued.Dispose);
    }

    sealed class SlowRecord : IRunRecord
    {
        public List<int> Written { get; } = [];
        public int FailsAt { get; init; } = int.MaxValue;

        public void Event(int step, string kind, string message)
        {
            Thread.Sleep(1);
            if (step >= FailsAt)
            {
                throw new IOException("The disk is full.");
            }

            Written.Add(step);
        }

        public void Step(StepMetrics metrics, IReadOnlyList<Rollout> rollouts, IReadOnlyList<Rollout> replaced) => Event(metrics.Step, "", "");

        public void Evaluation(Evaluation evaluation) => Event(evaluation.Step, "", "");

        public Evaluation? FindEvaluation(string name, int step) => null;

        public void Checkpoint(TrainingCursor cursor, Action<string> write) => Written.Add(1000);

        public void KeepBest(Action<string> write) => Written.Add(2000);

        public (TrainingCursor Cursor, string Folder)? Resume() => null;

        public (TrainingCursor Cursor, string Folder) GoBack(int step) => throw new NotSupportedException();
    }
}
