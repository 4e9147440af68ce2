using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Hone.Tensors;

namespace Hone.Bench.Probes;

/// <summary>The rate at which threads read memory: eight vector loads at a time, added up.</summary>
static unsafe class ReadBandwidth
{
    const long FloatsPerTask = 1 << 20;

    // Loads of one pass over a slice that lies in a cache: long enough to hide the start of a region.
    const long CachedBytesPerTask = 64L << 20;

    /// <summary>Bytes per second over memory that no cache holds. Threads share it in pieces of 4 MB.</summary>
    public static double FromMemory(Workers workers, NativeBuffer memory, int milliseconds)
    {
        int tasks = (int)(memory.Bytes / sizeof(float) / FloatsPerTask);
        return RegionRate.Best(workers, new Streaming(memory.Floats), milliseconds, tasks) * FloatsPerTask * sizeof(float);
    }

    /// <summary>Bytes per second where each thread reads the same <paramref name="bytesPerThread"/> of its own again and again.</summary>
    public static double FromCache(Workers workers, NativeBuffer memory, long bytesPerThread, int milliseconds)
    {
        long floats = bytesPerThread / sizeof(float);
        int passes = (int)(CachedBytesPerTask / bytesPerThread);
        return RegionRate.Best(workers, new Cached(memory.Floats, floats, passes), milliseconds, workers.Count) * floats * passes * sizeof(float);
    }

    readonly struct Streaming(float* memory) : IRegion
    {
        public void Run(int task) => Sink.Value = Sum(memory + (task * FloatsPerTask), FloatsPerTask);
    }

    readonly struct Cached(float* memory, long floats, int passes) : IRegion
    {
        public void Run(int task)
        {
            float sum = 0;
            for (int pass = 0; pass < passes; pass++)
            {
                sum += Sum(memory + (task * floats), floats);
            }

            Sink.Value = sum;
        }
    }

    static float Sum(float* x, long count) => Processor.Tier == InstructionSetTier.Avx512 ? SumWide(x, count) : SumVectors(x, count);

    [MethodImpl(MethodImplOptions.NoInlining)]
    static float SumWide(float* x, long count)
    {
        Vector512<float> s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default, s6 = default, s7 = default;
        for (float* end = x + count; x < end; x += 128)
        {
            s0 += Vector512.Load(x);
            s1 += Vector512.Load(x + 16);
            s2 += Vector512.Load(x + 32);
            s3 += Vector512.Load(x + 48);
            s4 += Vector512.Load(x + 64);
            s5 += Vector512.Load(x + 80);
            s6 += Vector512.Load(x + 96);
            s7 += Vector512.Load(x + 112);
        }

        return Vector512.Sum(s0 + s1 + s2 + s3 + s4 + s5 + s6 + s7);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static float SumVectors(float* x, long count)
    {
        Vector<float> s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default, s6 = default, s7 = default;
        int lanes = Vector<float>.Count;
        for (float* end = x + count; x < end; x += 8 * lanes)
        {
            s0 += Vector.Load(x);
            s1 += Vector.Load(x + lanes);
            s2 += Vector.Load(x + (2 * lanes));
            s3 += Vector.Load(x + (3 * lanes));
            s4 += Vector.Load(x + (4 * lanes));
            s5 += Vector.Load(x + (5 * lanes));
            s6 += Vector.Load(x + (6 * lanes));
            s7 += Vector.Load(x + (7 * lanes));
        }

        return Vector.Sum(s0 + s1 + s2 + s3 + s4 + s5 + s6 + s7);
    }
}
