namespace Hone.Tensors.Kernels;

/// <summary>
/// Sums of a <see cref="GradientTree"/> that are both made and used up within one call: they wait in the thread's memory, one block for each
/// level, and never travel to the tree's own.
/// </summary>
readonly unsafe struct PassingSums(float* floats, int levelFloats, int firstLeaf, int lastLeaf)
{
    public static PassingSums None => new(null, 0, int.MaxValue, -1);

    /// <summary>True if the sum that ends with <paramref name="leaf"/> is joined by a leaf of the same call.</summary>
    public bool Hold(int level, int leaf) => leaf >= firstLeaf && leaf + (1 << level) <= lastLeaf;

    public float* Level(int level) => floats + (level * levelFloats);
}
