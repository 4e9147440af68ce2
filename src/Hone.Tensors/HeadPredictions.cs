namespace Hone.Tensors;

/// <summary>What the LM head is asked for a batch of hidden states, and what it says.</summary>
/// <param name="rows">For each prediction, the row of hidden states that makes it.</param>
/// <param name="targets">For each prediction, the token.</param>
/// <param name="inverseTemperature">1 / temperature.</param>
public sealed class HeadPredictions(int[] rows, int[] targets, float inverseTemperature)
{
    public int Count => rows.Length;
    public int[] Rows => rows;
    public int[] Targets => targets;
    public float InverseTemperature => inverseTemperature;

    /// <summary>How the head's products become logits.</summary>
    public LogitForm Form { get; init; } = LogitForm.Plain;

    public float[] LogProbabilities { get; } = new float[rows.Length];
    public float[] LogSumExp { get; } = new float[rows.Length];

    /// <summary>Entropy of the distribution that each prediction was drawn from, in nats.</summary>
    public float[] Entropies { get; } = new float[rows.Length];
}
