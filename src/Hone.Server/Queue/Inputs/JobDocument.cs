using System.Text.Json.Nodes;

namespace Hone.Server.Queue.Inputs;

/// <summary>The job file that a run begins with: the job's settings with the files, the model and the name put in.</summary>
static class JobDocument
{
    const int LongestName = 64;

    /// <param name="place">Path of an input's file.</param>
    public static JsonObject Of(
        JobMethod method, JsonObject settings, string name, string baseFolder, string? startAdapter, string? template, IReadOnlyList<string> endTokens,
        IReadOnlyList<(JobInput Input, IReadOnlyList<InputPart> Parts)> inputs, Func<string, string> place)
    {
        var document = settings.DeepClone().AsObject();
        document["name"] = NameOf(name);
        if (method == JobMethod.Supervised)
        {
            document["method"] = "supervised";
        }

        document["baseModel"] = baseFolder;
        Put(document, "startAdapter", startAdapter is null ? null : JsonValue.Create(startAdapter));
        if (template is not null && !document.ContainsKey("template"))
        {
            document["template"] = template;
        }

        if (endTokens.Count > 0 && !document.ContainsKey("endTokens"))
        {
            document["endTokens"] = new JsonArray([.. endTokens.Select(token => JsonValue.Create(token))]);
        }

        Put(document, "trainingData", Source("training", inputs, place));
        Put(document, "validationData", Source("validation", inputs, place));
        Put(document, "testData", Source("test", inputs, place));
        return document;
    }

    /// <summary>A job may be called what no folder is.</summary>
    static string NameOf(string name)
    {
        string safe = string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' ? c : '-'));
        safe = safe.Length > 0 && char.IsAsciiLetterOrDigit(safe[0]) ? safe : "job" + safe;
        return safe.Length <= LongestName ? safe : safe[..LongestName];
    }

    static JsonNode? Source(string role, IReadOnlyList<(JobInput Input, IReadOnlyList<InputPart> Parts)> inputs, Func<string, string> place)
    {
        var ofRole = inputs.Where(one => one.Input.Role == role).ToArray();
        if (ofRole.FirstOrDefault(one => one.Input.InvocationLogs is not null) is { Input: not null } log)
        {
            var config = log.Input.InvocationLogs!.DeepClone().AsObject();
            config["invocationLogSource"] = new JsonObject { ["path"] = Path.GetDirectoryName(place(log.Parts[0].Name)) };
            return new JsonObject { ["invocationLogsConfig"] = config };
        }

        string[] paths = [.. ofRole.SelectMany(one => one.Parts).Select(part => place(part.Name))];
        return paths switch
        {
            [] => null,
            [var one] => JsonValue.Create(one),
            _ => new JsonArray([.. paths.Select(path => JsonValue.Create(path))]),
        };
    }

    static void Put(JsonObject document, string key, JsonNode? value)
    {
        document.Remove(key);
        if (value is not null)
        {
            document[key] = value;
        }
    }
}
