namespace Hone.Tensors.Kernels.MachineCode;

/// <summary>What an emitted tile works on. Emitted code knows the fields by their place: 8 bytes each, in this order.</summary>
unsafe struct PairTile
{
    /// <summary>Rows of pairs of BF16 activations.</summary>
    public void* A;

    /// <summary>Bytes from one row of A to the next.</summary>
    public nint ARow;

    /// <summary>A panel of weights: for each pair of the inner index a row of words.</summary>
    public void* B;

    /// <summary>Bytes from one panel to the next.</summary>
    public nint Panel;

    /// <summary>Pairs of the inner index, at least 1.</summary>
    public nint Pairs;

    public float* C;

    /// <summary>Bytes from one row of C to the next.</summary>
    public nint CRow;

    /// <summary>What sums start from, in the form of C; null for zero.</summary>
    public float* Start;

    /// <summary>Bytes from one row of Start to the next.</summary>
    public nint StartRow;

    /// <summary>Lines that are needed soon, from here on; any address will do.</summary>
    public void* Ahead;
}
