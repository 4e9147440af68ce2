using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hone.Jobs;

/// <summary>The files and folders that a job names, seen from the job file's folder.</summary>
sealed class JobPaths(string folder, JsonObject job)
{
    /// <summary>A sentence for each that is not there. Keys that hold no text are left to others.</summary>
    public IReadOnlyList<string> Problems() =>
    [
        .. Model("baseModel"),
        .. Adapter("startAdapter"),
        .. Data("trainingData"),
        .. Data("validationData"),
        .. Data("testData"),
        .. TemplateFile(),
    ];

    public JobSettings Resolve(JobSettings settings) => settings with
    {
        BaseModel = Absolute(settings.BaseModel),
        StartAdapter = settings.StartAdapter is { } adapter ? Absolute(adapter) : null,
        TrainingData = settings.TrainingData.WithPaths(Absolute),
        ValidationData = settings.ValidationData?.WithPaths(Absolute),
        TestData = settings.TestData?.WithPaths(Absolute),
        Template = settings.Template is { } template && IsFile(template) ? Absolute(template) : settings.Template,
    };

    IEnumerable<string> Model(string key)
    {
        if (Text(key) is not { } written)
        {
            yield break;
        }

        string path = Absolute(written);
        if (File.Exists(path))
        {
            yield return $"{key} is '{written}', but that is a file; name the folder that holds config.json and the weights.";
        }
        else if (!Directory.Exists(path))
        {
            yield return $"{key} is '{written}', but there is no folder {path}; paths are relative to the job file.";
        }
        else if (!File.Exists(Path.Combine(path, "config.json")))
        {
            yield return $"{key} is '{written}', but {path} has no config.json; name a model folder in Hugging Face's layout.";
        }
    }

    IEnumerable<string> Adapter(string key)
    {
        if (Text(key) is { } written && !File.Exists(Path.Combine(Absolute(written), "adapter_config.json")))
        {
            yield return $"{key} is '{written}', but {Absolute(written)} has no adapter_config.json; name an adapter's folder as PEFT writes it.";
        }
    }

    IEnumerable<string> Data(string key) => job[key] switch
    {
        JsonArray files => files.SelectMany((file, i) => Lines($"{key}[{i}]", TextOf(file))),
        JsonObject source => Log($"{key}.invocationLogsConfig.invocationLogSource.path", TextOf(Child(Child(source, "invocationLogsConfig"), "invocationLogSource")?["path"])),
        _ => Lines(key, Text(key)),
    };

    IEnumerable<string> Lines(string key, string? written)
    {
        if (written is null)
        {
            yield break;
        }

        string path = Absolute(written);
        if (Directory.Exists(path))
        {
            yield return $"{key} is '{written}', but that is a folder; name a JSONL file.";
        }
        else if (!File.Exists(path))
        {
            yield return $"{key} is '{written}', but there is no file {path}; {Where(written)}.";
        }
    }

    IEnumerable<string> Log(string key, string? written)
    {
        if (written is not null && !Directory.Exists(Absolute(written)) && !File.Exists(Absolute(written)))
        {
            yield return $"{key} is '{written}', but there is no file or folder {Absolute(written)}; {Where(written)}.";
        }
    }

    static string Where(string written) => written.StartsWith("s3://", StringComparison.Ordinal)
        ? "copy it from the bucket first (aws s3 cp, or aws s3 sync for a folder)"
        : "paths are relative to the job file";

    static bool IsFile(string template) => template.EndsWith(".jinja", StringComparison.Ordinal);

    IEnumerable<string> TemplateFile()
    {
        if (Text("template") is { } written && IsFile(written) && !File.Exists(Absolute(written)))
        {
            yield return $"template is '{written}', but there is no file {Absolute(written)}; paths are relative to the job file.";
        }
    }

    string? Text(string key) => TextOf(job[key]);

    static string? TextOf(JsonNode? node) =>
        node is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;

    static JsonObject? Child(JsonObject? node, string key) => node?[key] as JsonObject;

    // No path holds a NUL; what does is reported as not being there.
    string Absolute(string path) => path.Contains('\0', StringComparison.Ordinal) ? path : Path.GetFullPath(path, folder);
}
