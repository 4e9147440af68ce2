namespace Hone.Tensors;

/// <summary>
/// Consecutive predictions of the LM head and what flows back into them. All arrays are as long as the whole head's predictions; a device
/// uses [Start, Start + Count).
/// </summary>
public readonly struct HeadRows
{
    public required int Start { get; init; }
    public required int Count { get; init; }
    public required HeadPredictions Predictions { get; init; }
    public required float[] GradientOfLogProbability { get; init; }

    /// <summary>Null when the loss does not depend on the entropies.</summary>
    public float[]? GradientOfEntropy { get; init; }
}
