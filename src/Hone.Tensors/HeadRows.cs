namespace Hone.Tensors;

/// <summary>
/// Consecutive rows of the LM head: what the forward pass found for each and what flows back. All arrays are as long as the whole
/// head's rows; a device uses [Start, Start + Count).
/// </summary>
public readonly struct HeadRows
{
    public required int Start { get; init; }
    public required int Count { get; init; }
    public required int[] Targets { get; init; }
    public required float[] LogSumExp { get; init; }
    public required float[] Entropy { get; init; }
    public required float[] GradientOfLogProbability { get; init; }

    /// <summary>Null when the loss does not depend on the entropies.</summary>
    public float[]? GradientOfEntropy { get; init; }
}
