namespace Hone.Grading.Judges.Chat;

/// <summary>How much a server is told of the form of its answer.</summary>
enum Structure
{
    /// <summary>The JSON Schema.</summary>
    Schema,

    /// <summary>That it is a JSON object.</summary>
    JsonObject,

    /// <summary>Nothing; the prompt says it.</summary>
    None,
}

/// <summary>What a server understands of a request. Servers differ; a request that is refused is made again without the part that may be why.</summary>
sealed record EndpointDialect
{
    public Structure Structure { get; init; }

    /// <summary>OpenAI's newer name for max_tokens, which others do not know.</summary>
    public bool NewTokenLimit { get; init; }
    public bool WithoutTemperature { get; init; }
    public bool WithoutSeed { get; init; }

    /// <summary>What to try after a refusal; null where nothing is left to leave out.</summary>
    /// <param name="complaint">The server's words.</param>
    public EndpointDialect? After(string complaint, ChatSettings settings)
    {
        bool Names(string word) => complaint.Contains(word, StringComparison.OrdinalIgnoreCase);
        return Names("max_completion_tokens") && !NewTokenLimit && settings.MaxTokens is not null ? this with { NewTokenLimit = true }
            : Names("temperature") && !WithoutTemperature ? this with { WithoutTemperature = true }
            : Names("seed") && !WithoutSeed && settings.Seed is not null ? this with { WithoutSeed = true }
            : Structure != Structure.None ? this with { Structure = Structure + 1 }
            : null;
    }
}
