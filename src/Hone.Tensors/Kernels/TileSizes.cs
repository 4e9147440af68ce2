namespace Hone.Tensors.Kernels;

/// <summary>A number that is part of a kernel's type: the compiler of the runtime removes what it rules out.</summary>
interface ITileSize
{
    static abstract int Value { get; }
}

readonly struct Size1 : ITileSize
{
    public static int Value => 1;
}

readonly struct Size2 : ITileSize
{
    public static int Value => 2;
}

readonly struct Size3 : ITileSize
{
    public static int Value => 3;
}

readonly struct Size4 : ITileSize
{
    public static int Value => 4;
}

readonly struct Size5 : ITileSize
{
    public static int Value => 5;
}

readonly struct Size6 : ITileSize
{
    public static int Value => 6;
}

readonly struct Size7 : ITileSize
{
    public static int Value => 7;
}

readonly struct Size8 : ITileSize
{
    public static int Value => 8;
}

readonly struct Size9 : ITileSize
{
    public static int Value => 9;
}

readonly struct Size10 : ITileSize
{
    public static int Value => 10;
}

readonly struct Size11 : ITileSize
{
    public static int Value => 11;
}

readonly struct Size12 : ITileSize
{
    public static int Value => 12;
}

/// <summary>How a panel of weights is stored: a row of 32-bit words is one k in F32, a pair of k in BF16.</summary>
interface IPanelFormat
{
    static abstract bool IsPaired { get; }
}

readonly struct F32Panel : IPanelFormat
{
    public static bool IsPaired => false;
}

readonly struct Bf16Panel : IPanelFormat
{
    public static bool IsPaired => true;
}
