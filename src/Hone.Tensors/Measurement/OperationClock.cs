using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Hone.Tensors.Measurement;

/// <summary>Sums time, cost and allocation of calls by phase and operation. Allocates nothing once every pair was seen.</summary>
public sealed class OperationClock
{
    readonly Dictionary<(string Phase, Operation Operation), Sum> _sums = [];

    /// <summary>Where the step is.</summary>
    public string Phase { get; set; } = "";

    public IReadOnlyList<OperationTotal> Totals =>
    [
        .. _sums.Where(pair => pair.Value.Calls > 0)
            .Select(pair => new OperationTotal(
                pair.Key.Phase, pair.Key.Operation, pair.Value.Calls, (double)pair.Value.Ticks / Stopwatch.Frequency, pair.Value.Cost,
                pair.Value.Allocated))
            .OrderBy(total => total.Phase, StringComparer.Ordinal).ThenByDescending(total => total.Seconds),
    ];

    public static Start Begin() => new(Stopwatch.GetTimestamp(), GC.GetAllocatedBytesForCurrentThread());

    /// <param name="phase">Null: the phase that the step is in.</param>
    public void End(Start start, Operation operation, Cost cost, string? phase = null)
    {
        long ticks = Stopwatch.GetTimestamp() - start.Ticks;
        long allocated = GC.GetAllocatedBytesForCurrentThread() - start.Allocated;
        ref var sum = ref CollectionsMarshal.GetValueRefOrAddDefault(_sums, (phase ?? Phase, operation), out _);
        sum.Calls++;
        sum.Ticks += ticks;
        sum.Allocated += allocated;
        sum.Cost += cost;
    }

    /// <summary>Starts anew, keeping room for the pairs that were seen.</summary>
    public void Clear()
    {
        foreach (var key in _sums.Keys)
        {
            CollectionsMarshal.GetValueRefOrNullRef(_sums, key) = default;
        }
    }

    public readonly record struct Start(long Ticks, long Allocated);

    struct Sum
    {
        public long Calls;
        public long Ticks;
        public long Allocated;
        public Cost Cost;
    }
}
