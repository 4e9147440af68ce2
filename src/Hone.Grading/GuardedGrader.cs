using Hone.Grading.Judges;

namespace Hone.Grading;

/// <summary>Holds a grader to its contract: whatever it does becomes one grade per item, in the items' order.</summary>
/// <remarks>
/// <para>An exception, a missing or repeated grade, a grade with neither score nor fault or with both, a score that is not
/// finite, and a batch past the deadline (or, where that is later, past what the grader's own settings allow) are faults of the items
/// concerned. Only <c>stop</c> and a grader that asks for a pause (<see cref="GradingPausedException"/>) end the call otherwise.</para>
/// <para>A grader that ignores its cancellation goes on in the background after the deadline: code that is not trusted
/// belongs in a process of its own. The name is the boundary that faults carry.</para>
/// </remarks>
public sealed class GuardedGrader(IGrader grader, string name, TimeSpan deadline) : IGrader
{
    /// <summary>For a batch. A rule takes microseconds; this is for what hangs.</summary>
    public static readonly TimeSpan UsualDeadline = TimeSpan.FromMinutes(5);

    const int LongestMessage = 500;

    // Between a grader's own end of a batch, which keeps what is graded by then, and this one, which keeps nothing.
    static readonly TimeSpan _margin = TimeSpan.FromMinutes(1);

    public bool NeedsWholeGroups => grader.NeedsWholeGroups;

    public IEnumerable<string> Notes => grader.Notes;

    public TimeSpan Patience(int items) => grader.Patience(items);

    public IEnumerable<JudgeDemand> JudgeDemands(int completions) => grader.JudgeDemands(completions);

    public ValueTask DisposeAsync() => grader.DisposeAsync();

    public async Task<IReadOnlyList<Grade>> Grade(IReadOnlyList<GradingItem> items, CancellationToken stop)
    {
        var grades = await Contain(items, stop).ConfigureAwait(false);

        // A fault that a grader reports while it is being stopped may be the stop's own doing.
        stop.ThrowIfCancellationRequested();
        return grades;
    }

    async Task<IReadOnlyList<Grade>> Contain(IReadOnlyList<GradingItem> items, CancellationToken stop)
    {
        try
        {
            return Match(items, await Run(items, stop).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            throw;
        }
        catch (GradingPausedException)
        {
            throw;
        }
        catch (TimeoutException) when (deadline != Timeout.InfiniteTimeSpan)
        {
            return FailAll(items, $"the batch of {items.Count} took longer than {Deadline(items.Count).TotalSeconds:0.###} s.");
        }
        catch (Exception e)
        {
            return FailAll(items, $"{e.GetType().Name}: {e.Message}");
        }
    }

    async Task<IReadOnlyList<Grade>?> Run(IReadOnlyList<GradingItem> items, CancellationToken stop)
    {
        var overrun = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var work = Task.Run(() => grader.Grade(items, overrun.Token), CancellationToken.None);
        try
        {
            return await work.WaitAsync(Deadline(items.Count), stop).ConfigureAwait(false);
        }
        finally
        {
            if (!work.IsCompleted)
            {
                await overrun.CancelAsync().ConfigureAwait(false);
            }

            // Only when the grader is done with the token; it may outlive its deadline.
            _ = work.ContinueWith(_ => overrun.Dispose(), TaskScheduler.Default);
        }
    }

    // A grader that is told to wait longer is waited for.
    TimeSpan Deadline(int items) =>
        deadline == Timeout.InfiniteTimeSpan || grader.Patience(items) is var own && (own == TimeSpan.Zero || own + _margin < deadline) ? deadline : own + _margin;

    Grade[] Match(IReadOnlyList<GradingItem> items, IReadOnlyList<Grade>? grades)
    {
        if (grades is null)
        {
            return FailAll(items, "it returned null instead of a list of grades.");
        }

        var byId = grades.Where(grade => grade?.Id is not null).ToLookup(grade => grade.Id);
        var asked = items.Select(item => item.Id).ToHashSet();
        string[] unknown = [.. byId.Select(group => group.Key).Where(id => !asked.Contains(id)).Take(3)];
        return
        [
            .. items.Select(item => byId[item.Id].ToArray() switch
            {
                [var grade] => Check(item, grade),
                [] => Fail(item, $"{grades.Count} grades for {items.Count} items, none for '{item.Id}'{Mention(unknown)}."),
                { Length: var count } => Fail(item, $"{count} grades for the one item '{item.Id}'."),
            }),
        ];
    }

    static string Mention(string[] unknown) =>
        unknown.Length == 0 ? "" : $", but for ids that were not asked for: '{string.Join("', '", unknown)}'";

    Grade Check(GradingItem item, Grade grade)
    {
        if (grade is { Score: null, Fault: null } or { Score: not null, Fault: not null })
        {
            return Fail(item, "a grade needs a score or a fault, and not both.");
        }

        if (grade.Score is { } score && !double.IsFinite(score))
        {
            return Fail(item, $"the score is {score}; it has to be a finite number.");
        }

        return grade with { Reason = grade.Reason ?? "", Metrics = Finite(grade.Metrics) };
    }

    // A metric that is no number says nothing, and no wire format can carry it; the score beside it stands.
    static IReadOnlyList<Metric> Finite(IReadOnlyList<Metric>? metrics) =>
        metrics is null ? []
        : metrics.All(metric => double.IsFinite(metric.Value) && metric.Name is not null) ? metrics
        : [.. metrics.Where(metric => double.IsFinite(metric.Value) && metric.Name is not null)];

    Grade[] FailAll(IReadOnlyList<GradingItem> items, string message) => [.. items.Select(item => Fail(item, message))];

    Grade Fail(GradingItem item, string message) =>
        item.Failed(name, message.Length <= LongestMessage ? message : $"{message[..LongestMessage]}…");
}
