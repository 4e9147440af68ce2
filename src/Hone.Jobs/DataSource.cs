using System.Text.Json;
using System.Text.Json.Serialization;
using Hone.Training.Data;
using Hone.Training.Data.InvocationLogs;

namespace Hone.Jobs;

/// <summary>Where prompts come from.</summary>
/// <remarks>
/// <para>A JSONL file, plain or gzip: <c>"train.jsonl"</c>. Several, read as one: <c>["a.jsonl","b.jsonl"]</c>.</para>
/// <para>Bedrock's log of calls, named as Bedrock names it, with a path in place of the bucket:
/// <c>{"invocationLogsConfig":{"usePromptResponse":true,"invocationLogSource":{"path":"logs"},"requestMetadataFilters":{"equals":{"project":"x"}}}}</c>.</para>
/// </remarks>
/// <param name="Files">Empty where there is a log.</param>
/// <param name="InvocationLogs">Null where there are files.</param>
[JsonConverter(typeof(Converter))]
public sealed record DataSource(IReadOnlyList<string> Files, InvocationLogsConfig? InvocationLogs = null)
{
    public static implicit operator DataSource(string file) => new([file]);

    /// <summary>For people: the files' names without their folders.</summary>
    public string Name => string.Join(", ", Paths.Select(path => Path.GetFileName(Path.TrimEndingDirectorySeparator(path))));

    IEnumerable<string> Paths => InvocationLogs is { } logs ? [logs.InvocationLogSource.Path] : Files;

    /// <summary>Every problem at once. Looks at values only, not at the disk.</summary>
    /// <param name="key">The job's key that it stands under.</param>
    public IEnumerable<string> Problems(string key) => InvocationLogs?.Problems($"{key}.invocationLogsConfig") ?? [];

    /// <summary>The same with every path changed.</summary>
    public DataSource WithPaths(Func<string, string> change) => new(
        [.. Files.Select(change)],
        InvocationLogs is { } logs ? logs with { InvocationLogSource = new() { Path = change(logs.InvocationLogSource.Path) } } : null);

    public DataFileResult<PromptRecord> Read() => InvocationLogs is { } logs ? InvocationLog.Read(logs) : DataFile.ReadPrompts(Files);

    public bool Equals(DataSource? other) =>
        other is not null && Files.SequenceEqual(other.Files) && JsonSerializer.Serialize(InvocationLogs) == JsonSerializer.Serialize(other.InvocationLogs);

    public override int GetHashCode() => Name.GetHashCode(StringComparison.Ordinal);

    public override string ToString() => string.Join(", ", Paths);

    /// <summary>How a log stands in a job.</summary>
    internal sealed record LogsForm
    {
        public required InvocationLogsConfig InvocationLogsConfig { get; init; }
    }

    sealed class Converter : JsonConverter<DataSource>
    {
        public override DataSource Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
        {
            JsonTokenType.String => new([reader.GetString()!]),
            JsonTokenType.StartArray => new(JsonSerializer.Deserialize<string[]>(ref reader, options)!),
            _ => new([], JsonSerializer.Deserialize<LogsForm>(ref reader, options)!.InvocationLogsConfig),
        };

        public override void Write(Utf8JsonWriter writer, DataSource value, JsonSerializerOptions options)
        {
            if (value.InvocationLogs is { } logs)
            {
                JsonSerializer.Serialize(writer, new LogsForm { InvocationLogsConfig = logs }, options);
            }
            else if (value.Files.Count == 1)
            {
                writer.WriteStringValue(value.Files[0]);
            }
            else
            {
                JsonSerializer.Serialize(writer, value.Files, options);
            }
        }
    }
}
