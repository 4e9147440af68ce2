namespace Hone.Models.Weights;

/// <summary>Where one tensor lies in a safetensors file.</summary>
/// <param name="Name">The published name.</param>
/// <param name="Kind">How an element is stored.</param>
/// <param name="Shape">Row-major; empty for a scalar.</param>
/// <param name="Offset">First byte, counted from the start of the file.</param>
/// <param name="ByteCount">Elements times <see cref="ElementKinds.Width"/>.</param>
public sealed record SafetensorsEntry(string Name, ElementKind Kind, long[] Shape, long Offset, long ByteCount)
{
    public long ElementCount => ByteCount / Kind.Width();

    public string ShapeText => $"[{string.Join(", ", Shape)}]";
}
