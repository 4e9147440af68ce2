using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Hone.Tensors;

namespace Hone.Bench.Probes;

/// <summary>The most F32 multiply-adds that the processor makes: independent accumulators in registers, no memory.</summary>
static class FmaPeak
{
    // About 20 µs of a core: many tasks, so that a thread that starts late costs little.
    const int RoundsPerTask = 4_000;

    /// <summary>FLOP/s of all threads together; a multiply-add counts two.</summary>
    public static double Measure(Workers workers, int milliseconds) =>
        RegionRate.Best(workers, new Region(), milliseconds, workers.Count * 64) * FlopsPerTask;

    static double FlopsPerTask => RoundsPerTask * 2.0 * Processor.Tier switch
    {
        InstructionSetTier.Avx512 => 16 * 16,
        InstructionSetTier.Avx2 => 12 * 8,
        _ => 12 * 4,
    };

    readonly struct Region : IRegion
    {
        public void Run(int task) => Sink.Value = Processor.Tier switch
        {
            InstructionSetTier.Avx512 => Wide(RoundsPerTask),
            InstructionSetTier.Avx2 => Middle(RoundsPerTask),
            _ => Narrow(RoundsPerTask),
        };
    }

    // a = a·0.5 + 1 stays near 2: neither infinite nor denormal, which would be slow.
    [MethodImpl(MethodImplOptions.NoInlining)]
    static float Wide(int rounds)
    {
        Vector512<float> m = Vector512.Create(0.5f), one = Vector512.Create(1f);
        Vector512<float> a0 = one, a1 = one, a2 = one, a3 = one, a4 = one, a5 = one, a6 = one, a7 = one;
        Vector512<float> b0 = one, b1 = one, b2 = one, b3 = one, b4 = one, b5 = one, b6 = one, b7 = one;
        for (int i = 0; i < rounds; i++)
        {
            a0 = Avx512F.FusedMultiplyAdd(a0, m, one);
            a1 = Avx512F.FusedMultiplyAdd(a1, m, one);
            a2 = Avx512F.FusedMultiplyAdd(a2, m, one);
            a3 = Avx512F.FusedMultiplyAdd(a3, m, one);
            a4 = Avx512F.FusedMultiplyAdd(a4, m, one);
            a5 = Avx512F.FusedMultiplyAdd(a5, m, one);
            a6 = Avx512F.FusedMultiplyAdd(a6, m, one);
            a7 = Avx512F.FusedMultiplyAdd(a7, m, one);
            b0 = Avx512F.FusedMultiplyAdd(b0, m, one);
            b1 = Avx512F.FusedMultiplyAdd(b1, m, one);
            b2 = Avx512F.FusedMultiplyAdd(b2, m, one);
            b3 = Avx512F.FusedMultiplyAdd(b3, m, one);
            b4 = Avx512F.FusedMultiplyAdd(b4, m, one);
            b5 = Avx512F.FusedMultiplyAdd(b5, m, one);
            b6 = Avx512F.FusedMultiplyAdd(b6, m, one);
            b7 = Avx512F.FusedMultiplyAdd(b7, m, one);
        }

        return Vector512.Sum(a0 + a1 + a2 + a3 + a4 + a5 + a6 + a7 + b0 + b1 + b2 + b3 + b4 + b5 + b6 + b7);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static float Middle(int rounds)
    {
        Vector256<float> m = Vector256.Create(0.5f), one = Vector256.Create(1f);
        Vector256<float> a0 = one, a1 = one, a2 = one, a3 = one, a4 = one, a5 = one;
        Vector256<float> b0 = one, b1 = one, b2 = one, b3 = one, b4 = one, b5 = one;
        for (int i = 0; i < rounds; i++)
        {
            a0 = Fma.MultiplyAdd(a0, m, one);
            a1 = Fma.MultiplyAdd(a1, m, one);
            a2 = Fma.MultiplyAdd(a2, m, one);
            a3 = Fma.MultiplyAdd(a3, m, one);
            a4 = Fma.MultiplyAdd(a4, m, one);
            a5 = Fma.MultiplyAdd(a5, m, one);
            b0 = Fma.MultiplyAdd(b0, m, one);
            b1 = Fma.MultiplyAdd(b1, m, one);
            b2 = Fma.MultiplyAdd(b2, m, one);
            b3 = Fma.MultiplyAdd(b3, m, one);
            b4 = Fma.MultiplyAdd(b4, m, one);
            b5 = Fma.MultiplyAdd(b5, m, one);
        }

        return Vector256.Sum(a0 + a1 + a2 + a3 + a4 + a5 + b0 + b1 + b2 + b3 + b4 + b5);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static float Narrow(int rounds)
    {
        Vector128<float> m = Vector128.Create(0.5f), one = Vector128.Create(1f);
        Vector128<float> a0 = one, a1 = one, a2 = one, a3 = one, a4 = one, a5 = one;
        Vector128<float> b0 = one, b1 = one, b2 = one, b3 = one, b4 = one, b5 = one;
        for (int i = 0; i < rounds; i++)
        {
            a0 = Vector128.MultiplyAddEstimate(a0, m, one);
            a1 = Vector128.MultiplyAddEstimate(a1, m, one);
            a2 = Vector128.MultiplyAddEstimate(a2, m, one);
            a3 = Vector128.MultiplyAddEstimate(a3, m, one);
            a4 = Vector128.MultiplyAddEstimate(a4, m, one);
            a5 = Vector128.MultiplyAddEstimate(a5, m, one);
            b0 = Vector128.MultiplyAddEstimate(b0, m, one);
            b1 = Vector128.MultiplyAddEstimate(b1, m, one);
            b2 = Vector128.MultiplyAddEstimate(b2, m, one);
            b3 = Vector128.MultiplyAddEstimate(b3, m, one);
            b4 = Vector128.MultiplyAddEstimate(b4, m, one);
            b5 = Vector128.MultiplyAddEstimate(b5, m, one);
        }

        return Vector128.Sum(a0 + a1 + a2 + a3 + a4 + a5 + b0 + b1 + b2 + b3 + b4 + b5);
    }
}
