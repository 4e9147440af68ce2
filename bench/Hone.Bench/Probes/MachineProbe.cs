using Hone.Tensors;

namespace Hone.Bench.Probes;

/// <summary>Finds the machine's limits in well under a second, with one thread and with all that a bench uses.</summary>
public sealed class MachineProbe(Workers workers) : IDisposable
{
    const long MemoryBytes = 1L << 30;
    const long L2BytesPerThread = 512 << 10;
    const long L3Bytes = 8 << 20;
    const int Milliseconds = 25;

    readonly Workers _one = workers.Count == 1 ? workers : new Workers(1);

    NativeBuffer? _memory;

    /// <summary>Limits for one thread first, then for all. Keeps the memory that is read for the next time.</summary>
    public IReadOnlyList<Limits> Measure()
    {
        _memory ??= new NativeBuffer(MemoryBytes);
        return workers.Count == 1 ? [Measure(workers, _memory)] : [Measure(_one, _memory), Measure(workers, _memory)];
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
