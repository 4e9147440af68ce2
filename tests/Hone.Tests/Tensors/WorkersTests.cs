using System.Collections.Concurrent;
using Hone.Tensors;

namespace Hone.Tests.Tensors;

public class WorkersTests
{
    public static TheoryData<int> Counts => [1, 2, 3, 5];

    [Theory, MemberData(nameof(Counts))]
    public void Every_task_runs_once(int threads)
    {
        using var workers = new Workers(threads);
        foreach (int tasks in new[] { 0, 1, 2, 7, 1000 })
        {
            var region = new Counting(tasks);

            workers.Run(tasks, ref region);

            Assert.All(region.Counts, count => Assert.Equal(1, count));
        }
    }

    [Theory, MemberData(nameof(Counts))]
    public void A_task_that_fails_fails_its_caller_and_nothing_else(int threads)
    {
        using var workers = new Workers(threads);
        var failing = new Delegated(task => throw new FormatException($"{task}"));
        foreach (int tasks in new[] { 1, 2, 100 })
        {
            Assert.Throws<FormatException>(() => workers.Run(tasks, ref failing));
        }

        var region = new Counting(100);
        workers.Run(100, ref region);
        Assert.All(region.Counts, count => Assert.Equal(1, count));
    }

    [Theory, MemberData(nameof(Counts))]
    public void A_region_inside_a_region_runs_too(int threads)
    {
        using var workers = new Workers(threads);
        var inner = Enumerable.Range(0, 8).Select(_ => new Counting(50)).ToArray();
        var outer = new Delegated(task => workers.Run(50, ref inner[task]));

        workers.Run(8, ref outer);

        Assert.All(inner, region => Assert.All(region.Counts, count => Assert.Equal(1, count)));
    }

    [Theory, InlineData(2), InlineData(3)]
    public void Threads_begin_at_ranges_of_their_own(int threads)
    {
        using var workers = new Workers(threads);
        using var barrier = new Barrier(threads);
        for (int tasks = threads; tasks < 20; tasks++)
        {
            var begun = new ConcurrentDictionary<int, int>();
            var region = new Delegated(task =>
            {
                if (begun.TryAdd(Environment.CurrentManagedThreadId, task))
                {
                    barrier.SignalAndWait();
                }
            });

            workers.Run(tasks, ref region);

            Assert.Equal(Enumerable.Range(0, threads).Select(i => i * tasks / threads), begun.Values.Order());
        }
    }

    [Theory, InlineData(2), InlineData(5)]
    public void Who_is_done_helps_whoever_is_held_up(int threads)
    {
        using var workers = new Workers(threads);
        foreach (int held in new[] { 0, 7, 19 })
        {
            using var others = new CountdownEvent(19);
            var region = new Delegated(task =>
            {
                if (task == held)
                {
                    others.Wait();
                }
                else
                {
                    others.Signal();
                }
            });

            workers.Run(20, ref region);
        }
    }

    [Fact]
    public void Many_small_regions_lose_and_repeat_no_task()
    {
        using var workers = new Workers(3);
        var region = new Counting(30);

        for (int i = 0; i < 50_000; i++)
        {
            workers.Run(30, ref region);
        }

        Assert.All(region.Counts, count => Assert.Equal(50_000, count));
    }

    [Fact]
    public void Regions_that_are_far_apart_wake_the_threads()
    {
        using var workers = new Workers(3);
        var region = new Counting(40);

        for (int i = 0; i < 5; i++)
        {
            workers.Run(40, ref region);
            Thread.Sleep(20);
        }

        Assert.All(region.Counts, count => Assert.Equal(5, count));
    }

    [Fact]
    public async Task Callers_at_once_wait_for_one_another()
    {
        using var workers = new Workers(3);
        var regions = Enumerable.Range(0, 4).Select(_ => new Counting(9)).ToArray();

        await Task.WhenAll(Enumerable.Range(0, 4).Select(caller => Task.Run(() =>
        {
            for (int i = 0; i < 500; i++)
            {
                workers.Run(9, ref regions[caller]);
            }
        })));

        Assert.All(regions, region => Assert.All(region.Counts, count => Assert.Equal(500, count)));
    }

    [Fact]
    public void A_disposed_pool_still_runs_on_its_caller()
    {
        var workers = new Workers(3);
        var region = new Counting(20);
        workers.Run(20, ref region);

        workers.Dispose();
        workers.Run(20, ref region);

        Assert.All(region.Counts, count => Assert.Equal(2, count));
    }

    readonly struct Counting(int tasks) : IRegion
    {
        public int[] Counts { get; } = new int[tasks];

        public void Run(int task) => Interlocked.Increment(ref Counts[task]);
    }

    readonly struct Delegated(Action<int> run) : IRegion
    {
        public void Run(int task) => run(task);
    }
}
