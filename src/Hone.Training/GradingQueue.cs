using System.Threading.Channels;
using Hone.Grading;

namespace Hone.Training;

/// <summary>Grades completions while others are still being written. Grades are matched by id, so their order of arrival never matters.</summary>
public sealed class GradingQueue
{
    readonly IGrader _grader;
    readonly Channel<GradingItem> _items = Channel.CreateUnbounded<GradingItem>(new() { SingleReader = true });
    readonly Task<Dictionary<string, Grade>> _work;

    public GradingQueue(IGrader grader, CancellationToken stop)
    {
        _grader = grader;
        _work = Task.Run(() => Work(stop), CancellationToken.None);
    }

    public void Add(GradingItem item) => _items.Writer.TryWrite(item);

    /// <summary>No more items come; waits for the last grade.</summary>
    public IReadOnlyDictionary<string, Grade> Finish()
    {
        _items.Writer.Complete();
        return _work.GetAwaiter().GetResult();
    }

    async Task<Dictionary<string, Grade>> Work(CancellationToken stop)
    {
        var grades = new Dictionary<string, Grade>(StringComparer.Ordinal);
        while (await _items.Reader.WaitToReadAsync(stop).ConfigureAwait(false))
        {
            List<GradingItem> batch = [];
            while (_items.Reader.TryRead(out var item))
            {
                batch.Add(item);
            }

            foreach (var grade in await _grader.Grade(batch, stop).ConfigureAwait(false))
            {
                grades[grade.Id] = grade;
            }
        }

        return grades;
    }
}
