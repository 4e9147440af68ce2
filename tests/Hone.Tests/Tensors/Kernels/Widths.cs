namespace Hone.Tests.Tensors.Kernels;

/// <summary>Lengths that reach every tail of a vector loop.</summary>
static class Widths
{
    public static IEnumerable<int> Small => Enumerable.Range(1, 67);

    public static IEnumerable<int> All => [.. Small, 128, 129, 4096];
}
