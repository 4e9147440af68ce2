namespace Hone.Training.Planning;

/// <summary>The memory that a run will need at most, computed from shapes before anything is loaded.</summary>
/// <remarks>
/// Everything stays allocated until the run ends: the cache and the activations of sampling while training goes on, and those of training
/// while sampling does. The peak is their sum, or what loading takes where that is more.
/// </remarks>
public sealed record MemoryPlan
{
    /// <summary>The part of the plan that holds the logits.</summary>
    public const string SamplingName = "sampling activations";

    /// <summary>What the run is planned for: bytes that the process may use.</summary>
    public required long Budget { get; init; }

    /// <summary>The weights as they lie in memory.</summary>
    public required long Weights { get; init; }

    /// <summary>The adapter: values, packed values, gradient, waiting sums of gradients, AdamW's moments, and one copy while it is written.</summary>
    public required long Adapter { get; init; }

    /// <summary>Keys and values of the completions that are decoded side by side.</summary>
    public required long Cache { get; init; }

    /// <summary>Bytes that the cache may take, if fewer completions than asked for are decoded side by side to make the run fit; else null.</summary>
    public long? CacheLimit { get; init; }

    /// <summary>Activations and logits of prefill and decoding.</summary>
    public required long Sampling { get; init; }

    /// <summary>Logits of the completions that are decoded side by side: a part of <see cref="Sampling"/> while a token is drawn.</summary>
    public required long Logits { get; init; }

    /// <summary>Activations and gradients of a micro-batch of the longest groups, LM head included.</summary>
    public required long Training { get; init; }

    /// <summary>Models that judge on this machine, all that they need.</summary>
    public long Judges { get; init; }

    /// <summary>Program, managed heap, and the threads' own memory.</summary>
    public required long Runtime { get; init; }

    /// <summary>The largest weight, which is in memory twice while it is loaded.</summary>
    public required long Loading { get; init; }

    /// <summary>First layers that compute their activations again in the backward pass.</summary>
    public required int CheckpointLayers { get; init; }

    /// <summary>Rows of groups that go forward and backward together; a longer group goes alone.</summary>
    public required int RowsPerMicroBatch { get; init; }

    public long Total => Runtime + Weights + Judges + Math.Max(Loading, Adapter + Cache + Sampling + Training);

    public bool Fits => Total <= Budget;

    public IReadOnlyList<(string Name, long Bytes)> Parts =>
    [
        ("weights", Weights), ("adapter and optimizer", Adapter), ("keys and values", Cache), (SamplingName, Sampling),
        ("training activations", Training), .. Judges > 0 ? [("judges", Judges)] : Array.Empty<(string, long)>(), ("runtime", Runtime),
    ];

    /// <summary>The plan in words.</summary>
    /// <param name="layers">Of the model.</param>
    public string Sentence(int layers) =>
        $"memory plan: {ByteSize.Text(Total)} of {ByteSize.Text(Budget)}: "
        + string.Join(", ", Parts.Where(part => part.Bytes > 0).Select(part => $"{part.Name} {ByteSize.Text(part.Bytes)}"))
        + $"; {CheckpointLayers} of {layers} layers compute their activations twice, "
        + $"groups of {RowsPerMicroBatch:N0} tokens train at a time.";

    /// <summary>The settings as the plan runs them. No result depends on what it changes.</summary>
    public TrainingSettings Apply(TrainingSettings settings) =>
        settings with { CheckpointLayers = CheckpointLayers, RowsPerMicroBatch = RowsPerMicroBatch };
}
