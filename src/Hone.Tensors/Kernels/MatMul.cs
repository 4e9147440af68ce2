namespace Hone.Tensors.Kernels;

/// <summary>
/// The three products of a linear layer: y = x·Wᵀ, dx = dy·W, dW = dyᵀ·x.
/// </summary>
/// <remarks>
/// <para>Order of summation: one chain of fused multiply-adds for each element, the inner index ascending: k in the forward product, n in
/// the input gradient, a group's rows in the weight gradient. Height of tiles, blocks, threads and accompanying rows never change a bit; only
/// the tier does (the portable one rounds product and sum apart where the processor cannot fuse them).</para>
/// <para>Within K · 2⁻²⁴ · Σ|x·w| of the exact result, in the portable tier twice that; K is the length of the chain.</para>
/// </remarks>
public static unsafe partial class MatMul
{
    // Steps of the inner index that a panel stays in the second cache for (128 KB in F32); partial sums wait in the result.
    const int InnerBlock = 1024;

    // Up to this inner length a product costs as much for its result as for its multiplications; rows of it that are computed together.
    const int ThinSteps = 64, ThinRows = 12;
}
