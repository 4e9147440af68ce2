namespace Hone.Jobs.Engine;

/// <summary>How an engine serves.</summary>
public sealed record EngineSettings
{
    /// <summary>Completions of one model that are written side by side.</summary>
    public int Batch { get; init; } = 64;

    /// <summary>Completions that wait for a place in a batch at most; more are refused.</summary>
    public int Waiting { get; init; } = 256;

    /// <summary>Memory for keys and values of each open model, those included that are kept for prompts that begin alike.</summary>
    public long CacheBytes { get; init; } = 1L << 30;

    /// <summary>Base models that stay open; one that nobody uses is closed for the next.</summary>
    public int Models { get; init; } = 2;

    /// <summary>Adapters of a model that stay in memory; one that nobody uses makes room for the next.</summary>
    public int Adapters { get; init; } = 16;

    /// <summary>Tokens of a completion where the request does not say.</summary>
    public int MostTokens { get; init; } = 4096;
}
