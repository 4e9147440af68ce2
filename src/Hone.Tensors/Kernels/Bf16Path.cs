namespace Hone.Tensors.Kernels;

/// <summary>What computes products of BF16 numbers. The paths differ in the order of adding, never by more than rounding.</summary>
public enum Bf16Path
{
    /// <summary>The F32 kernels over rounded activations: exact products, k ascending.</summary>
    Managed,

    /// <summary>VDPBF16PS, in machine code made at run time: pairs of k ascending, the odd k of a pair first.</summary>
    MachineCode,
}
