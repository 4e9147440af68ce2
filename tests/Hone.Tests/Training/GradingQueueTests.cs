using System.Collections.Concurrent;
using Hone.Grading;
using Hone.Training;

namespace Hone.Tests.Training;

public class GradingQueueTests
{
    [Fact]
    public void Several_batches_are_graded_at_once_and_never_more_than_the_limit()
    {
        using var gate = new SemaphoreSlim(0);
        int running = 0, most = 0, begun = 0;
        var grader = new FuncGrader(async items =>
        {
            most = Math.Max(most, Interlocked.Increment(ref running));
            Interlocked.Increment(ref begun);
            await gate.WaitAsync();
            Interlocked.Decrement(ref running);
            return [.. items.Select(item => item.Scored(1, ""))];
        });
        var queue = new GradingQueue(grader, CancellationToken.None);

        for (int i = 0; i < GradingQueue.MostInFlight; i++)
        {
            int before = i;
            queue.Add(Item($"i{i}"));
            Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref begun) > before, TimeSpan.FromSeconds(30)));
        }

        for (int i = 0; i < 20; i++)
        {
            queue.Add(Item($"late{i}"));
        }

        gate.Release(100);
        var grades = queue.Finish();

        Assert.Equal(GradingQueue.MostInFlight, most);
        Assert.Equal(GradingQueue.MostInFlight + 20, grades.Count);
        // What came while the places were taken went together.
        Assert.True(begun < grades.Count);
    }

    [Fact]
    public void A_grader_that_compares_gets_whole_groups_in_order()
    {
        var batches = new ConcurrentQueue<string[]>();
        var grader = new FuncGrader(items =>
        {
            batches.Enqueue([.. items.Select(item => item.Id)]);
            return Task.FromResult<IReadOnlyList<Grade>>([.. items.Select(item => item.Scored(1, ""))]);
        })
        {
            NeedsWholeGroups = true,
        };
        var queue = new GradingQueue(grader, CancellationToken.None);

        foreach (string id in (string[])["a2", "b1", "a0", "b0", "a1", "c0", "b2", "c2", "c1"])
        {
            queue.Add(Item(id) with { Group = id[..1], GroupSize = 3, Index = id[1] - '0' });
        }

        Assert.Equal(9, queue.Finish().Count);
        Assert.All(batches.SelectMany(batch => batch.Chunk(3)), group => Assert.Equal([$"{group[0][0]}0", $"{group[0][0]}1", $"{group[0][0]}2"], group));
    }

    [Fact]
    public void A_grader_that_throws_is_heard_of()
    {
        var queue = new GradingQueue(new FuncGrader(_ => throw new InvalidOperationException("broken")), CancellationToken.None);
        queue.Add(Item("a"));

        Assert.Equal("broken", Assert.Throws<InvalidOperationException>(queue.Finish).Message);
    }

    [Fact]
    public void A_grade_that_does_not_come_is_a_fault()
    {
        var queue = new GradingQueue(new FuncGrader(_ => Task.FromResult<IReadOnlyList<Grade>>([])), CancellationToken.None);
        queue.Add(Item("a"));

        Assert.Equal("grader", queue.Finish()["a"].Fault!.Boundary);
    }

    static GradingItem Item(string id) => new(id, [], "text", null, new Dictionary<string, System.Text.Json.JsonElement>(), false);

    sealed class FuncGrader(Func<IReadOnlyList<GradingItem>, Task<IReadOnlyList<Grade>>> grade) : IGrader
    {
        public bool NeedsWholeGroups { get; init; }

        public Task<IReadOnlyList<Grade>> Grade(IReadOnlyList<GradingItem> items, CancellationToken stop) => grade(items);
    }
}
