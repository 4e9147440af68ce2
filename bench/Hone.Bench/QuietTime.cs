using System.Diagnostics;
using Hone.Bench.Machine;

namespace Hone.Bench;

/// <summary>The patience that one result has with a shared machine: seconds from its making on.</summary>
public sealed class QuietTime(double seconds)
{
    const double QuietBelow = 0.03;
    const int Milliseconds = 500;

    readonly Stopwatch _watch = Stopwatch.StartNew();

    public bool IsOver => _watch.Elapsed.TotalSeconds >= seconds;

    /// <summary>Returns when others left the machine alone for half a second, or when the patience is over.</summary>
    public void Wait(CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        while (!IsOver)
        {
            var load = new OtherLoad();
            Thread.Sleep(Milliseconds);
            stop.ThrowIfCancellationRequested();
            if (load.Share() < QuietBelow)
            {
                return;
            }
        }
    }
}
