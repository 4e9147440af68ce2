using System.Diagnostics;
using Hone.Tensors;

namespace Hone.Bench.Probes;

/// <summary>Where probes leave what they computed, so that the compiler keeps the work.</summary>
static class Sink
{
    public static float Value { get; set; }
}

/// <summary>The best rate at which the pool runs a region over and over.</summary>
static class RegionRate
{
    // Fewer runs cannot tell a disturbed one from the rest.
    const int LeastRuns = 3;

    /// <summary>Tasks per second in the fastest run of <paramref name="tasks"/> tasks.</summary>
    public static double Best<TRegion>(Workers workers, TRegion region, int milliseconds, int tasks)
        where TRegion : struct, IRegion
    {
        workers.Run(tasks, ref region);
        var whole = Stopwatch.StartNew();
        double least = double.PositiveInfinity;
        for (int run = 0; run < LeastRuns || whole.ElapsedMilliseconds < milliseconds; run++)
        {
            long start = Stopwatch.GetTimestamp();
            workers.Run(tasks, ref region);
            least = Math.Min(least, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return tasks / least;
    }
}
