using Hone.Tensors.Kernels;

namespace Hone.Tests.Support;

/// <summary>Whether this processor and system run emitted VDPBF16PS; the tiers below AVX-512 do not.</summary>
static class MachineCodePath
{
    public static string? Missing => MatMulBf16.Path == Bf16Path.MachineCode ? null : "needs a processor with AVX512_BF16 and Linux, which lets a process run code that it made";
}

/// <summary>A test of emitted code; skipped where it cannot run.</summary>
[AttributeUsage(AttributeTargets.Method)]
sealed class MachineCodeFactAttribute : FactAttribute
{
    public MachineCodeFactAttribute() => Skip = MachineCodePath.Missing;
}

/// <summary>Cases of emitted code; skipped where it cannot run.</summary>
[AttributeUsage(AttributeTargets.Method)]
sealed class MachineCodeTheoryAttribute : TheoryAttribute
{
    public MachineCodeTheoryAttribute() => Skip = MachineCodePath.Missing;
}
