using System.Text.Json;
using Hone.Models.Encryption;

namespace Hone.Training.Data.InvocationLogs;

/// <summary>The files of a log: entries, and bodies of more than 100 KB, which Bedrock writes beside them into a folder named data.</summary>
sealed class LogFiles
{
    static readonly string[] _endings = [".json", ".jsonl", ".log", ".gz"];

    readonly Dictionary<string, string> _bodies = new(StringComparer.Ordinal);

    LogFiles(IEnumerable<string> files)
    {
        List<string> logs = [];
        foreach (string file in files)
        {
            if (IsBody(file))
            {
                _bodies.TryAdd(Plain(Path.GetFileName(file)), file);
            }
            else
            {
                logs.Add(file);
            }
        }

        Logs = logs;
    }

    /// <summary>In the order of their paths, which begin with the hour that they were written in.</summary>
    public IReadOnlyList<string> Logs { get; }

    public static LogFiles In(string source) => Directory.Exists(source)
        ? new(Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories)
            .Where(file => _endings.Any(ending => file.EndsWith(ending, StringComparison.OrdinalIgnoreCase)))
            .Order(StringComparer.Ordinal))
        : new([source]);

    /// <summary>A call's body, wherever it lies.</summary>
    /// <param name="side">The entry's <c>input</c> or <c>output</c>.</param>
    /// <param name="name">inputBody or outputBody.</param>
    /// <returns>Missing: why there is none.</returns>
    public (JsonElement Json, string? Missing) Body(JsonElement side, string name)
    {
        var body = side.Member(name + "Json");
        if (!body.IsNothing())
        {
            return Parsed(body.ValueKind == JsonValueKind.String ? () => JsonElement.Parse(body.GetString()!) : () => body);
        }

        if (side.Text(name + "S3Path") is not { } pointer)
        {
            return (default, "no body");
        }

        return _bodies.TryGetValue(Plain(pointer[(pointer.LastIndexOf('/') + 1)..]), out string? file)
            ? Parsed(() => ReadFile(file))
            : (default, "body in an object of the bucket that is not in the folder; copy its data folders too");
    }

    static (JsonElement, string?) Parsed(Func<JsonElement> parse)
    {
        try
        {
            return (parse(), null);
        }
        catch (Exception e) when (e is JsonException or IOException or InvalidDataException or UnauthorizedAccessException)
        {
            return (default, "body that is no JSON");
        }
    }

    static JsonElement ReadFile(string path)
    {
        using var file = SealedFile.OpenRead(path);
        using var text = DataFormat.Unpacked(file);
        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }

    static bool IsBody(string file) =>
        Path.GetFileName(Path.GetDirectoryName(file)) == "data" && Plain(Path.GetFileName(file)) is { } name
        && (name.EndsWith("_input.json", StringComparison.Ordinal) || name.EndsWith("_output.json", StringComparison.Ordinal));

    static string Plain(string name) => name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? name[..^3] : name;
}
