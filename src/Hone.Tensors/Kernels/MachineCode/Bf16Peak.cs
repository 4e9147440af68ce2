using unsafe Loop = delegate* unmanaged[SuppressGCTransition]<long, void>;

namespace Hone.Tensors.Kernels.MachineCode;

/// <summary>The limit of BF16 products on this processor: VDPBF16PS on registers alone.</summary>
public static unsafe class Bf16Peak
{
    const int Sums = PairTileEmitter.MaxSums, FlopsPerInstruction = 64;

    // Some tens of microseconds: emitted code does not stop for the garbage collector.
    const long IterationsOfOneCall = 4096;

    static readonly Loop _loop = PairKernels.Instance is null ? null : Create();

    public static bool IsSupported => _loop is not null;

    /// <summary>Keeps the calling thread's processor busy with products.</summary>
    /// <returns>Floating-point operations done; 0 where the path is not supported.</returns>
    public static long Run(long iterations)
    {
        if (!IsSupported)
        {
            return 0;
        }

        for (long left = iterations; left > 0; left -= IterationsOfOneCall)
        {
            _loop(Math.Min(left, IterationsOfOneCall));
        }

        return Math.Max(0, iterations) * Sums * FlopsPerInstruction;
    }

    static Loop Create()
    {
        var code = new Assembler();
        for (int vector = 0; vector <= Sums; vector++)
        {
            code.Clear(vector);
        }

        int loop = code.Position;
        for (int sum = 0; sum < Sums; sum++)
        {
            code.DotPairs(sum, Sums, Sums);
        }

        code.Decrement(Register.Rdi);
        code.JumpIfNotZero(loop);
        code.Return();
        return (Loop)ExecutableMemory.TryPublish(code.ToArray());
    }
}
