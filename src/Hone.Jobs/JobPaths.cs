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
        TrainingData = Absolute(settings.TrainingData),
        ValidationData = settings.ValidationData is { } validation ? Absolute(validation) : null,
        TestData = settings.TestData is { } test ? Absolute(test) : null,
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

    IEnumerable<string> Data(string key)
    {
        if (Text(key) is not { } written)
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
            yield return $"{key} is '{written}', but there is no file {path}; paths are relative to the job file.";
        }
    }

    static bool IsFile(string template) => template.EndsWith(".jinja", StringComparison.Ordinal);

    IEnumerable<string> TemplateFile()
    {
        if (Text("template") is { } written && IsFile(written) && !File.Exists(Absolute(written)))
        {
            yield return $"template is '{written}', but there is no file {Absolute(written)}; paths are relative to the job file.";
        }
    }

    string? Text(string key) =>
        job[key] is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;

    // No path holds a NUL; what does is reported as not being there.
    string Absolute(string path) => path.Contains('\0', StringComparison.Ordinal) ? path : Path.GetFullPath(path, folder);
}
