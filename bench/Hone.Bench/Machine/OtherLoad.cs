using System.Diagnostics;

namespace Hone.Bench.Machine;

/// <summary>The share of the machine's processor time (0 to 1) that other processes take from its making to <see cref="Share"/>.</summary>
/// <remarks>From /proc/stat less this process's own time; 0 where there is no /proc/stat. Time that a hypervisor takes away counts as others'.</remarks>
public sealed class OtherLoad
{
    // The kernel counts in hundredths of a second on every Linux that .NET runs on.
    const double TicksPerSecond = 100;

    readonly Stopwatch _watch = Stopwatch.StartNew();
    readonly double _busy = BusySeconds();
    readonly TimeSpan _own = Environment.CpuUsage.TotalTime;

    public double Share()
    {
        double others = BusySeconds() - _busy - (Environment.CpuUsage.TotalTime - _own).TotalSeconds;
        return Math.Max(0, others / (_watch.Elapsed.TotalSeconds * Environment.ProcessorCount));
    }

    // user nice system idle iowait irq softirq steal
    static double BusySeconds()
    {
        if (!OperatingSystem.IsLinux())
        {
            return 0;
        }

        using var reader = new StreamReader("/proc/stat");
        double[] ticks = [.. reader.ReadLine()!.Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Take(8).Select(double.Parse)];
        return (ticks.Sum() - ticks[3] - ticks[4]) / TicksPerSecond;
    }
}
