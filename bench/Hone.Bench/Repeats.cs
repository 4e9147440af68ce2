using Hone.Bench.Machine;

namespace Hone.Bench;

/// <summary>How often something is measured, and how long a shared machine is waited for.</summary>
/// <param name="Patience">Seconds to wait in all for moments without other load, and to repeat what other load disturbed.</param>
public sealed record Repeats(int Count, int Warmup, double Patience)
{
    /// <summary>Other processes may take this share of the machine in a repeat that counts.</summary>
    public const double DisturbedAbove = 0.05;

    /// <summary>Results of <see cref="Count"/> calls after the warm-up, the quietest first, and the largest share that others took in one of them.</summary>
    public (IReadOnlyList<T> Results, double OtherLoad) Measure<T>(Func<T> run, QuietTime quiet, CancellationToken stop)
    {
        for (int i = 0; i < Warmup; i++)
        {
            stop.ThrowIfCancellationRequested();
            run();
        }

        List<(double Others, T Result)> taken = [];
        while (taken.Count(one => one.Others <= DisturbedAbove) < Count && (taken.Count < Count || !quiet.IsOver))
        {
            quiet.Wait(stop);
            var load = new OtherLoad();
            var result = run();
            taken.Add((load.Share(), result));
        }

        var quietest = taken.OrderBy(one => one.Others).Take(Count).ToArray();
        return ([.. quietest.Select(one => one.Result)], quietest.Max(one => one.Others));
    }
}
