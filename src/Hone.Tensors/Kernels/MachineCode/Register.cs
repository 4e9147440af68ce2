namespace Hone.Tensors.Kernels.MachineCode;

/// <summary>
/// The general registers that a leaf function of the System V convention may change freely, by their number in an encoding. None of them
/// is a number that an address encodes in a special way.
/// </summary>
enum Register
{
    Rax = 0,
    Rcx = 1,
    Rdx = 2,
    Rsi = 6,

    /// <summary>Holds the first argument.</summary>
    Rdi = 7,
    R8 = 8,
    R9 = 9,
    R10 = 10,
    R11 = 11,
}

/// <summary>Memory at Base + Index · Scale + Offset.</summary>
readonly record struct Address(Register Base, int Offset = 0, Register? Index = null, int Scale = 1);
