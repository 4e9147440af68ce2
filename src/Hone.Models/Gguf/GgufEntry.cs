namespace Hone.Models.Gguf;

/// <summary>Where one tensor lies in a GGUF file.</summary>
/// <param name="Shape">Row-major.</param>
/// <param name="Offset">First byte, counted from the start of the file.</param>
public sealed record GgufEntry(string Name, GgufTensorKind Kind, long[] Shape, long Offset, long ByteCount)
{
    public long ElementCount => ByteCount / Kind.BlockBytes() * Kind.BlockLength();

    public string ShapeText => $"[{string.Join(", ", Shape)}]";
}
