namespace Hone.Models.Gguf;

/// <summary>How the elements of a tensor are stored, with the numbers that the format gives them. Others exist; Hone reads and writes these.</summary>
public enum GgufTensorKind
{
    F32 = 0,
    F16 = 1,

    /// <summary>Blocks of 32 elements: one F16 scale and 32 signed bytes.</summary>
    Q8_0 = 8,
    BF16 = 30,
}

public static class GgufTensorKinds
{
    /// <summary>Elements of one block.</summary>
    public static int BlockLength(this GgufTensorKind kind) => kind == GgufTensorKind.Q8_0 ? QuantizedBlocks.Length : 1;

    /// <summary>Bytes of one block.</summary>
    public static int BlockBytes(this GgufTensorKind kind) => kind switch
    {
        GgufTensorKind.F32 => 4,
        GgufTensorKind.Q8_0 => QuantizedBlocks.Bytes,
        _ => 2,
    };
}
