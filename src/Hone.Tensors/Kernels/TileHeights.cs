namespace Hone.Tensors.Kernels;

/// <summary>Rows of an attention tile as a type: each height is compiled on its own, with its sums in registers.</summary>
interface ITileHeight
{
    static abstract int Rows { get; }
}

readonly struct OneRow : ITileHeight
{
    public static int Rows => 1;
}

readonly struct TwoRows : ITileHeight
{
    public static int Rows => 2;
}

readonly struct ThreeRows : ITileHeight
{
    public static int Rows => 3;
}

readonly struct FourRows : ITileHeight
{
    public static int Rows => 4;
}
