using Hone.Tensors;

namespace Hone.Bench.Probes;

/// <summary>Finds the machine's limits in well under a second, with one thread and with all that a bench uses.</summary>
public sealed class MachineProbe(Workers workers) : IDisposable
{
    const long MemoryBytes = 1L << 30;
    const long L2BytesPerThread = 512 << 10;
    const long L3Bytes = 8 << 20;
    const int Milliseconds = 25;

    // Threads that share a processor for their first tenths of a second find half of what there is.
    const int MostTries = 5;
    const double ShareOfThreads = 0.75;

    readonly Workers _one = workers.Count == 1 ? workers : new Workers(1);

    NativeBuffer? _memory;

    /// <summary>Limits for one thread first, then for all. Keeps the memory that is read for the next time.</summary>
    public IReadOnlyList<Limits> Measure()
    {
        _memory ??= new NativeBuffer(MemoryBytes);
        var one = Measure(_one, _memory);
        if (workers.Count == 1)
        {
            return [one];
        }

        var all = Measure(workers, _memory);
        for (int tries = 1; tries < MostTries && all.FmaFlops < ShareOfThreads * workers.Count * one.FmaFlops; tries++)
        {
            all = Limits.Better(all, Measure(workers, _memory));
        }

        return [one, all];
    }

    /// <summary>Gives the memory back, so that a process whose memory is measured has none of it.</summary>
    public void Release()
    {
        _memory?.Dispose();
        _memory = null;
    }

    public void Dispose()
    {
        Release();
        if (_one != workers)
        {
            _one.Dispose();
        }
    }

    static Limits Measure(Workers workers, NativeBuffer memory) => new(
        workers.Count,
        FmaPeak.Measure(workers, Milliseconds),
        DotPeak.Measure(workers, Milliseconds),
        ReadBandwidth.FromMemory(workers, memory, Milliseconds),
        ReadBandwidth.FromCache(workers, memory, L2BytesPerThread, Milliseconds),
        ReadBandwidth.FromCache(workers, memory, L3Bytes / workers.Count, Milliseconds));
}
