namespace Hone.Models.Sampling;

/// <summary>How the next token is drawn from the logits. The filters apply in this order: penalty, temperature, top-k, top-p, min-p.</summary>
public sealed record SamplingSettings
{
    // Below, logits divided by the temperature leave the range of float32.
    const float LowestTemperature = 1e-5f;

    /// <summary>Divides the logits. 0 is greedy: the most probable token, the lowest id among equals.</summary>
    public float Temperature { get; init; } = 1;

    /// <summary>Keeps the k most probable tokens and all that equal the last of them. 0 keeps all.</summary>
    public int TopK { get; init; }

    /// <summary>Keeps the most probable tokens until their sum reaches p; at least one, and all that equal the last of them. 1 keeps all.</summary>
    public float TopP { get; init; } = 1;

    /// <summary>Drops tokens less probable than this share of the most probable. 0 keeps all.</summary>
    public float MinP { get; init; }

    /// <summary>Divides the positive and multiplies the negative logits of tokens that have occurred. 1 leaves them alone.</summary>
    public float RepetitionPenalty { get; init; } = 1;

    /// <summary>Every token keeps its probability under the temperature.</summary>
    internal bool DrawsFromAll => Temperature > 0 && TopK == 0 && TopP >= 1 && MinP <= 0 && RepetitionPenalty == 1;

    /// <summary>Every problem at once, as sentences for the person who wrote the settings. Empty when they can be used.</summary>
    public IEnumerable<string> Problems()
    {
        if (!(Temperature == 0 || (Temperature >= LowestTemperature && float.IsFinite(Temperature))))
        {
            yield return $"temperature is {Temperature}, but needs to be 0 (greedy) or at least {LowestTemperature}.";
        }

        if (TopK < 0)
        {
            yield return $"topK is {TopK}, but needs to be 0 (off) or above.";
        }

        if (!(TopP > 0 && TopP <= 1))
        {
            yield return $"topP is {TopP}, but needs to be above 0 and at most 1 (off).";
        }

        if (!(MinP >= 0 && MinP <= 1))
        {
            yield return $"minP is {MinP}, but needs to be between 0 (off) and 1.";
        }

        if (!(RepetitionPenalty > 0 && float.IsFinite(RepetitionPenalty)))
        {
            yield return $"repetitionPenalty is {RepetitionPenalty}, but needs to be above 0; 1 is off.";
        }
    }
}
