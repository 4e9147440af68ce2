namespace Hone.Models.Weights;

/// <summary>How one element is stored. The names are those of the safetensors format, the order is the one in which it sorts them.</summary>
public enum ElementKind
{
    BOOL,
    U8,
    I8,
    I16,
    F16,
    BF16,
    I32,
    F32,
    F64,
    I64,
}

public static class ElementKinds
{
    /// <summary>Bytes of one element.</summary>
    public static int Width(this ElementKind kind) => kind switch
    {
        ElementKind.BOOL or ElementKind.U8 or ElementKind.I8 => 1,
        ElementKind.I16 or ElementKind.F16 or ElementKind.BF16 => 2,
        ElementKind.I32 or ElementKind.F32 => 4,
        _ => 8,
    };

    // Enum.TryParse also takes numbers and lists, which are no names of kinds.
    internal static bool TryParse(string text, out ElementKind kind) =>
        Enum.TryParse(text, out kind) && kind.ToString() == text;
}
