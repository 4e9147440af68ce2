using System.Diagnostics;

namespace Hone.Bench;

/// <summary>Seconds of each call, for calls that are too short for a repeat of their own.</summary>
static class TimedCalls
{
    // Long enough for the processor's clocks and for the counting of other load.
    const double SecondsPerRepeat = 0.2;

    public static double[] Of(Action call)
    {
        List<double> seconds = [];
        var whole = Stopwatch.StartNew();
        do
        {
            long start = Stopwatch.GetTimestamp();
            call();
            seconds.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
        }
        while (whole.Elapsed.TotalSeconds < SecondsPerRepeat);

        return [.. seconds];
    }
}
