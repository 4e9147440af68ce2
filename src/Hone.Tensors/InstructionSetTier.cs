namespace Hone.Tensors;

/// <summary>
/// The instruction sets that kernels are written for. Within one tier results repeat to the bit; between tiers they may differ in the last digits.
/// </summary>
public enum InstructionSetTier
{
    /// <summary>128-bit vectors, on any processor; in software where it has none.</summary>
    Portable,

    /// <summary>256-bit vectors with fused multiply-add.</summary>
    Avx2,

    /// <summary>512-bit vectors with fused multiply-add.</summary>
    Avx512,
}
