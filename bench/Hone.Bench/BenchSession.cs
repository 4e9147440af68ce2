using System.Text.Json.Nodes;
using Hone.Bench.Probes;
using Hone.Tensors;

namespace Hone.Bench;

/// <summary>What every bench has: threads, repeats, a probe before and after each result, and somebody who is shown the results.</summary>
public sealed class BenchSession : IDisposable
{
    readonly MachineProbe _probe;
    readonly Action<JsonObject> _show;
    QuietTime _quiet;
    IReadOnlyList<Limits>? _before;

    /// <param name="show">Called with each result as it is there.</param>
    public BenchSession(Workers workers, Repeats repeats, Action<JsonObject> show, CancellationToken stop)
    {
        (Workers, Repeats, _show, Stop) = (workers, repeats, show, stop);
        _probe = new MachineProbe(workers);
        _quiet = new QuietTime(repeats.Patience);
    }

    public Workers Workers { get; }

    public Repeats Repeats { get; }

    public CancellationToken Stop { get; }

    /// <summary>Probes, measures, probes again, and shows the result.</summary>
    /// <param name="figures">The figures of a result, given the limits for all threads in use.</param>
    public void Report<T>(string what, JsonObject parameters, Func<T> run, Func<IReadOnlyList<T>, Limits, JsonObject> figures)
    {
        ProbeBefore();
        var (results, otherLoad) = Measure(run);
        Report(what, parameters, otherLoad, limits => figures(results, limits));
    }

    /// <summary>Probes before something whose memory is measured, and gives the probe's memory back.</summary>
    public void ProbeAside()
    {
        ProbeBefore();
        _probe.Release();
    }

    /// <summary>The session's repeats of something that is reported later.</summary>
    /// <param name="warmUp">False for what is measured as it starts.</param>
    public (IReadOnlyList<T> Results, double OtherLoad) Measure<T>(Func<T> run, bool warmUp = true) =>
        (warmUp ? Repeats : Repeats with { Warmup = 0 }).Measure(run, _quiet, Stop);

    /// <summary>Probes again and shows a result. What its shares are of is the better of the two probes.</summary>
    public void Report(string what, JsonObject parameters, double otherLoad, Func<Limits, JsonObject> figures)
    {
        _quiet.Wait(Stop);
        var after = _probe.Measure();
        IReadOnlyList<Limits> limits = [.. _before!.Zip(after, Limits.Better)];
        // Only the bandwidth of memory differs from minute to minute: what is better than later probes was not disturbed.
        _before = [.. limits.Zip(after, (best, last) => best with { MemoryBytes = last.MemoryBytes })];
        _quiet = new QuietTime(Repeats.Patience);
        parameters["threads"] = Workers.Count;
        _show(BenchLine.Of(what, parameters, figures(limits[^1]), limits, otherLoad));
    }

    public void Dispose() => _probe.Dispose();

    void ProbeBefore()
    {
        if (_before is null)
        {
            _quiet.Wait(Stop);
            _before = _probe.Measure();
        }
    }
}
