namespace Hone.Training;

/// <summary>Which rule moves the weights.</summary>
public enum OptimizerKind
{
    /// <summary>AdamW for every parameter.</summary>
    AdamW,

    /// <summary>Muon for the layers' matrices, AdamW for embedding, head and norms. All weights only.</summary>
    Muon,
}

/// <summary>Supervised training on chat records: what <c>hone sft</c> does.</summary>
public sealed record SupervisedSettings
{
    public int EpochCount { get; init; } = 1;

    /// <summary>The run ends after this many steps even when epochs remain.</summary>
    public int? MaxSteps { get; init; }

    /// <summary>Sequences in one step.</summary>
    public int BatchSize { get; init; } = 64;

    /// <summary>AdamW's rate.</summary>
    public float LearningRate { get; init; } = 1e-4f;

    public OptimizerKind Optimizer { get; init; } = OptimizerKind.AdamW;

    /// <summary>Muon's rate, where it is used.</summary>
    public float MuonLearningRate { get; init; } = 0.02f;

    public LearningRateSchedule LearningRateSchedule { get; init; } = LearningRateSchedule.Linear;
    public int WarmupSteps { get; init; }
    public float WeightDecay { get; init; }
    public float MaxGradientNorm { get; init; } = 1f;

    /// <summary>Rank of the adapter that is trained; null trains all weights.</summary>
    public int? LoraRank { get; init; }

    public float LoraAlpha { get; init; } = 32;

    /// <summary>The loss sees the assistant's turns only; false: every token after the first.</summary>
    public bool MaskPrompt { get; init; } = true;

    /// <summary>Records with more tokens are dropped and counted.</summary>
    public int MaxLength { get; init; } = 2048;

    /// <summary>Sequences that travel together through one forward and backward pass. Changes memory and speed, never a result.</summary>
    public int SequencesPerMicroBatch { get; init; } = 16;

    /// <summary>
    /// First layers of the decoder that keep no activations and compute them again in the backward pass. Changes memory and speed, never a
    /// result.
    /// </summary>
    public int CheckpointLayers { get; init; }

    public IEnumerable<string> Problems() => SupervisedSettingsProblems.Of(this);
}
