using System.Text.Json.Serialization;

namespace Hone.Training.Data.InvocationLogs;

/// <summary>Prompts from the log that Bedrock keeps of calls, as its <c>invocationLogsConfig</c> names them.</summary>
public sealed record InvocationLogsConfig
{
    /// <summary>The logged response becomes the prompt's reference answer.</summary>
    public bool UsePromptResponse { get; init; }

    public required InvocationLogSource InvocationLogSource { get; init; }

    /// <summary>Which calls are taken, by the metadata that the caller gave them. Null: all.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RequestMetadataFilters? RequestMetadataFilters { get; init; }

    /// <param name="path">The key that it stands under.</param>
    public IEnumerable<string> Problems(string path) =>
        RequestMetadataFilters?.Problems($"{path}.requestMetadataFilters") ?? [];
}

/// <summary>Where the log lies: a file, or a folder that is searched with all below it.</summary>
public sealed record InvocationLogSource
{
    public required string Path { get; init; }
}
