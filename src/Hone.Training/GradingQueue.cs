using System.Threading.Channels;
using Hone.Grading;

namespace Hone.Training;

/// <summary>
/// Grades completions while others are still being written, several batches at a time. Grades are matched by id, so their order of arrival
/// never matters.
/// </summary>
public sealed class GradingQueue
{
    /// <summary>So many that a slow batch holds up nobody, so few that no service is stormed.</summary>
    public const int MostInFlight = 4;

    // A deadline is a batch's: a slow grader must not meet it by the mere number of its items.
    const int MostPerBatch = 32;

    readonly IGrader _grader;
    readonly Action<IReadOnlyList<(GradingItem Item, Grade Grade)>>? _arrived;
    readonly Channel<GradingItem> _items = Channel.CreateUnbounded<GradingItem>(new() { SingleReader = true });
    readonly Dictionary<string, Grade> _grades = new(StringComparer.Ordinal);
    readonly Task _work;

    /// <param name="arrived">Told of each batch's grades as they arrive, from any thread.</param>
    public GradingQueue(
        IGrader grader, CancellationToken stop, Action<IReadOnlyList<(GradingItem Item, Grade Grade)>>? arrived = null)
    {
        (_grader, _arrived) = (grader, arrived);
        _work = Task.Run(() => Work(stop), CancellationToken.None);
    }

    public void Add(GradingItem item) => _items.Writer.TryWrite(item);

    /// <summary>No more items come; waits for the last grade. There is one for each item.</summary>
    public IReadOnlyDictionary<string, Grade> Finish()
    {
        _items.Writer.Complete();
        _work.GetAwaiter().GetResult();
        return _grades;
    }

    async Task Work(CancellationToken stop)
    {
        var ready = new ReadyItems(_grader.NeedsWholeGroups, MostPerBatch);
        List<Task> inFlight = [];
        while (await _items.Reader.WaitToReadAsync(stop).ConfigureAwait(false))
        {
            while (Next(ready) is { } batch)
            {
                inFlight.Add(Grade(batch, stop));
                await Room(inFlight).ConfigureAwait(false);
            }
        }

        await Task.WhenAll(inFlight).ConfigureAwait(false);
    }

    IReadOnlyList<GradingItem>? Next(ReadyItems ready)
    {
        while (_items.Reader.TryRead(out var item))
        {
            ready.Add(item);
        }

        return ready.Take();
    }

    // What has finished leaves, so that a failure is heard of soon.
    static async Task Room(List<Task> inFlight)
    {
        while (inFlight.Count >= MostInFlight || inFlight.Exists(task => task.IsCompleted))
        {
            var done = await Task.WhenAny(inFlight).ConfigureAwait(false);
            inFlight.Remove(done);
            await done.ConfigureAwait(false);
        }
    }

    async Task Grade(IReadOnlyList<GradingItem> batch, CancellationToken stop)
    {
        var grades = await _grader.Grade(batch, stop).ConfigureAwait(false);
        var byId = grades.ToLookup(grade => grade.Id, StringComparer.Ordinal);
        (GradingItem Item, Grade Grade)[] pairs =
            [.. batch.Select(item => (item, byId[item.Id].LastOrDefault() ?? item.Failed("grader", "it returned no grade for this completion.")))];
        lock (_grades)
        {
            foreach (var (item, grade) in pairs)
            {
                _grades[item.Id] = grade;
            }
        }

        _arrived?.Invoke(pairs);
    }
}
