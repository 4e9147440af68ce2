using Hone.Tensors.Kernels;

namespace Hone.Tensors.Measurement;

/// <summary>The cost of each operation of a <see cref="Device"/> as a function of shapes alone, so that a step can be forecast without running it.</summary>
/// <remarks>
/// Letters: T rows, K inputs, N outputs of a matrix. Activations are F32. Row-wise kernels count an exponential as
/// <see cref="ExponentialFlops"/>; their flops matter little beside their bytes.
/// </remarks>
public static class OperationCost
{
    /// <summary>Multiply-adds and scaling of one exponential, as the vector kernels compute it.</summary>
    public const int ExponentialFlops = 16;

    const int F32 = sizeof(float);

    /// <summary>y = x·Wᵀ, or y = start + x·Wᵀ: 2·T·K·N.</summary>
    public static Cost Linear(long rows, long inputs, long outputs, ElementType weights, Compute compute, bool hasStart) => Product(
        2.0 * rows * inputs * outputs, weights, compute,
        WeightBytes(inputs, outputs, weights) + Floats(rows * inputs) + Floats(rows * outputs * (hasStart ? 2 : 1)));

    /// <summary>dx = dy·W: 2·T·K·N.</summary>
    public static Cost LinearInputGradient(
        long rows, long inputs, long outputs, ElementType weights, Compute compute, bool accumulate) => Product(
        2.0 * rows * inputs * outputs, weights, compute,
        WeightBytes(inputs, outputs, weights) + Floats(rows * outputs) + Floats(rows * inputs * (accumulate ? 2 : 1)));

    /// <summary>One leaf dyᵀ·x for each group: 2·T·K·N. Each leaf is written, and all but the first are read as they join the others.</summary>
    public static Cost LinearWeightGradient(long rows, long inputs, long outputs, long groups) => new(
        (2.0 * rows * inputs * outputs) + ((groups - 1.0) * inputs * outputs),
        Floats(rows * (inputs + outputs)) + (((2 * groups) - 1) * Floats(inputs * outputs)));

    /// <summary>Folding a tree of <paramref name="groups"/> leaves: the levels that wait are read, the gradient is written.</summary>
    public static Cost FinishGradient(long elements, long groups)
    {
        int waiting = System.Numerics.BitOperations.PopCount((ulong)groups);
        return new((double)elements * Math.Max(0, waiting - 1), Floats(elements * (waiting + 1)));
    }

    /// <summary>A trained matrix packed again: read and written.</summary>
    public static Cost Repack(long elements) => new(0, 2 * Floats(elements));

    /// <summary>Rows of a table, widened.</summary>
    public static Cost Gather(long rows, long columns, ElementType table) => new(0, WeightBytes(rows, columns, table) + Floats(rows * columns));

    /// <summary>Rows copied.</summary>
    public static Cost GatherRows(long rows, long columns) => new(0, Floats(2 * rows * columns));

    /// <summary>Rows scaled and added to others.</summary>
    public static Cost ScatterAddRows(long rows, long columns) => new(2.0 * rows * columns, Floats(3 * rows * columns));

    /// <summary>
    /// The LM head: 2·P·K·V for the logits of P predictions, an exponential for each, and as much again for the directions
    /// d log-probability / d hidden. Weights are read once; logits stay in caches.
    /// </summary>
    public static Cost Head(long predictions, long inputs, long vocabulary, ElementType weights, Compute compute, bool hasDirections) =>
        Product(
            2.0 * predictions * inputs * vocabulary * (hasDirections ? 2 : 1), weights, compute,
            WeightBytes(inputs, vocabulary, weights) + Floats(predictions * inputs * (hasDirections ? 2 : 1)))
        + new Cost((ExponentialFlops + 4.0) * predictions * vocabulary, 0);

    public static Cost RmsNorm(long rows, long columns) => new(4.0 * rows * columns, Floats((2 * rows * columns) + columns + rows));

    public static Cost RmsNormInputGradient(long rows, long columns, bool accumulate) =>
        new(7.0 * rows * columns, Floats((rows * columns * (accumulate ? 4 : 3)) + columns + rows));

    public static Cost RmsNormWeightGradient(long rows, long columns) => new(3.0 * rows * columns, Floats((2 * rows * columns) + columns + rows));

    /// <summary>In place: every element is read and written.</summary>
    public static Cost Rotate(long rows, long columns) => new(3.0 * rows * columns, Floats(2 * rows * columns));

    public static Cost PlaceKeysAndValues(in AttentionShape shape, long rows) =>
        new(0, Floats(4 * rows * shape.KeyValueHeads * shape.HeadWidth));

    /// <summary>Scores and weighted values: 4·D for each query head and visible key, and an exponential.</summary>
    public static Cost Attention(in AttentionShape shape, AttentionWork work) => new(
        work.VisibleKeys * shape.Heads * ((4.0 * shape.HeadWidth) + ExponentialFlops),
        Floats((2 * work.Rows * shape.Heads * shape.HeadWidth) + (2 * work.Keys * shape.KeyValueHeads * shape.HeadWidth)));

    /// <summary>Scores again, and the gradients of values, weights, queries and keys: 10·D for each query head and visible key.</summary>
    public static Cost AttentionInputGradient(in AttentionShape shape, AttentionWork work) => new(
        work.VisibleKeys * shape.Heads * ((10.0 * shape.HeadWidth) + ExponentialFlops),
        Floats((4 * work.Rows * shape.Heads * shape.HeadWidth) + (4 * work.Keys * shape.KeyValueHeads * shape.HeadWidth)));

    public static Cost Gate(long elements) => new((ExponentialFlops + 3.0) * elements, Floats(3 * elements));

    public static Cost GateInputGradient(long elements) => new((ExponentialFlops + 8.0) * elements, Floats(5 * elements));

    /// <summary>A walk over the logits for each of k choices, and an exponential for each logit.</summary>
    public static Cost Route(long rows, long experts, long perRow) =>
        new((ExponentialFlops + perRow) * (double)rows * experts, Floats(rows * (experts + (2 * perRow))));

    public static Cost RouteInputGradient(long rows, long experts, long perRow) =>
        new(ExponentialFlops * (double)rows * experts, Floats(rows * ((2 * experts) + (3 * perRow))));

    /// <summary>Element by element: <paramref name="operands"/> are read or written, one flop each if any.</summary>
    public static Cost ElementWise(long elements, int operands, int flops) => new((double)flops * elements, Floats(operands * elements));

    /// <summary>Logits become their gradient in place.</summary>
    public static Cost LogSoftmaxInputGradient(long rows, long vocabulary) =>
        new((ExponentialFlops + 4.0) * rows * vocabulary, Floats(2 * rows * vocabulary));

    /// <summary>AdamW: weight, gradient and two moments are read, all but the gradient are written.</summary>
    public static Cost AdamW(long elements) => new(14.0 * elements, Floats(7 * elements));

    /// <summary>Bytes of a matrix as it is stored.</summary>
    public static double WeightBytes(long inputs, long outputs, ElementType type) => (double)inputs * outputs * BytesOf(type);

    // The arithmetic of products with frozen BF16 weights is the run's choice; all others are F32.
    static Cost Product(double flops, ElementType weights, Compute compute, double bytes) =>
        weights == ElementType.BF16 && compute == Compute.Bf16 ? new(0, flops, bytes) : new(flops, bytes);

    static int BytesOf(ElementType type) => type == ElementType.BF16 ? 2 : F32;

    static double Floats(long count) => (double)count * F32;
}
