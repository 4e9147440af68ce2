using Hone.Grading.Workers;

namespace Hone.Grading.Programs;

/// <summary>Grades in worker processes. Nothing is started before the first batch.</summary>
/// <param name="program">What the workers run.</param>
/// <param name="containment">What holds them; null for the strictest that works on this machine.</param>
sealed class WorkerGrader(WorkerDialogue dialogue, Func<WorkerProgram> program, WorkerLimits limits, Containment? containment = null) : IGrader
{
    readonly Lazy<WorkerPool> _pool = new(() => new(program, limits, containment ?? ContainmentProbe.Here));

    public IEnumerable<string> Notes
    {
        get
        {
            yield return (containment ?? ContainmentProbe.Here).Sentence(limits);
            if (limits.Environment.Count > 0)
            {
                yield return $"User code gets these environment variables: {string.Join(", ", limits.Environment)}.";
            }
        }
    }

    public TimeSpan Patience(int items) => limits.Patience;

    public Task<IReadOnlyList<Grade>> Grade(IReadOnlyList<GradingItem> items, CancellationToken stop) =>
        new WorkerBatch(_pool.Value, dialogue, limits, items, stop).Run();

    public ValueTask DisposeAsync()
    {
        if (_pool.IsValueCreated)
        {
            _pool.Value.Dispose();
        }

        return ValueTask.CompletedTask;
    }
}
