namespace Hone.Tensors;

/// <summary>How the numbers of a stored weight are written down. Arithmetic is 32-bit either way.</summary>
public enum ElementType
{
    F32,

    /// <summary>The upper half of a 32-bit float; widening is exact.</summary>
    BF16,
}
