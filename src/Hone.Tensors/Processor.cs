using System.Runtime.Intrinsics.X86;

namespace Hone.Tensors;

/// <summary>What this process may use of the processor. Fixed for the life of the process, and part of a run's record.</summary>
public static class Processor
{
    // Not Vector512.IsHardwareAccelerated: that also answers what width the runtime prefers, and 512-bit code is fast either way.
    public static InstructionSetTier Tier { get; } =
        Avx512F.IsSupported ? InstructionSetTier.Avx512
        : Avx2.IsSupported && Fma.IsSupported ? InstructionSetTier.Avx2
        : InstructionSetTier.Portable;

    /// <summary>The tier as run records and reports spell it: <c>avx512</c>, <c>avx2</c> or <c>portable</c>.</summary>
    public static string Describe() => Tier switch
    {
        InstructionSetTier.Avx512 => "avx512",
        InstructionSetTier.Avx2 => "avx2",
        _ => "portable",
    };
}
