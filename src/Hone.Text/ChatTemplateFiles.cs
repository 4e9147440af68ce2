using System.Text.Json;

namespace Hone.Text;

/// <summary>What a model folder says about its chat templates.</summary>
/// <param name="Folder">The model's folder.</param>
/// <param name="Named">Sources by name; the one that is meant when no name is given is "default".</param>
/// <param name="SpecialTokens">bos_token, eos_token …</param>
sealed record ChatTemplateFiles(
    string Folder, IReadOnlyDictionary<string, (string Source, string Place)> Named, IReadOnlyDictionary<string, string> SpecialTokens)
{
    const string Default = "default";
    const string ForTools = "tool_use";
    const long MostBytes = 64 << 20;

    /// <summary>The source that a name means, the one for conversations with tools if that is another, and where it was found.</summary>
    public (string Source, string? Tools, string Place) Choose(string? name)
    {
        if (name is null)
        {
            return Named.TryGetValue(Default, out var own)
                ? (own.Source, Named.TryGetValue(ForTools, out var tools) ? tools.Source : null, own.Place)
                : throw new ChatTemplateException(Named.Count == 0
                    ? $"The model folder {Folder} has no chat template: neither chat_template.jinja nor chat_template in tokenizer_config.json. "
                        + $"Choose one with --template (\"template\" in a job file): {string.Join(", ", ChatTemplateCatalog.Names)}, or a file that ends in .jinja."
                    : $"The model folder {Folder} has several chat templates and none named '{Default}'; choose one with --template "
                        + $"(\"template\" in a job file): {string.Join(", ", Named.Keys)}.");
        }

        if (name.EndsWith(".jinja", StringComparison.Ordinal))
        {
            return File.Exists(name)
                ? (ReadText(name), null, name)
                : throw new ChatTemplateException($"The template {name} does not exist; give a file that does, or one of {string.Join(", ", ChatTemplateCatalog.Names)}.");
        }

        return Named.TryGetValue(name, out var named) ? (named.Source, null, named.Place)
            : ChatTemplateCatalog.Find(name) is { } shipped ? (shipped, null, name)
            : throw new ChatTemplateException($"There is no template '{name}'; the model {Folder} has {(Named.Count == 0 ? "none" : string.Join(", ", Named.Keys))}, "
                + $"and the program has {string.Join(", ", ChatTemplateCatalog.Names)}. A file that ends in .jinja can be given too.");
    }

    public static ChatTemplateFiles Read(string folder)
    {
        Dictionary<string, (string, string)> named = new(StringComparer.Ordinal);
        Dictionary<string, string> tokens = new(StringComparer.Ordinal);
        AddJson(Path.Combine(folder, "chat_template.json"), named, null);
        AddJson(Path.Combine(folder, "special_tokens_map.json"), null, tokens);
        AddJson(Path.Combine(folder, "tokenizer_config.json"), named, tokens);
        AddFile(Path.Combine(folder, "chat_template.jinja"), Default, named);
        string others = Path.Combine(folder, "additional_chat_templates");
        foreach (string file in Directory.Exists(others) ? Directory.GetFiles(others, "*.jinja").Order(StringComparer.Ordinal).ToArray() : [])
        {
            AddFile(file, Path.GetFileNameWithoutExtension(file), named);
        }

        return new(folder, named, tokens);
    }

    static void AddFile(string file, string name, Dictionary<string, (string, string)> named)
    {
        if (File.Exists(file))
        {
            named[name] = (ReadText(file), file);
        }
    }

    static void AddJson(string file, Dictionary<string, (string, string)>? named, Dictionary<string, string>? tokens)
    {
        if (!File.Exists(file))
        {
            return;
        }

        try
        {
            using var json = JsonDocument.Parse(ReadText(file));
            if (json.RootElement.ValueKind != JsonValueKind.Object)
            {
                throw new ChatTemplateException($"{file} is JSON, but not an object in braces.");
            }

            if (named is not null)
            {
                AddTemplates(json.RootElement, file, named);
            }

            if (tokens is not null)
            {
                AddTokens(json.RootElement, tokens);
            }
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException)
        {
            throw new ChatTemplateException($"{file} is not JSON: {problem.Message}", 0, 0, problem);
        }
    }

    static string ReadText(string file)
    {
        try
        {
            return new FileInfo(file).Length <= MostBytes
                ? File.ReadAllText(file)
                : throw new ChatTemplateException($"{file} has more than {MostBytes:N0} bytes, which no chat template needs.");
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new ChatTemplateException($"{file} cannot be read: {problem.Message}", 0, 0, problem);
        }
    }

    // A string, or a list of named templates.
    static void AddTemplates(JsonElement configuration, string file, Dictionary<string, (string, string)> named)
    {
        if (!configuration.TryGetProperty("chat_template", out var template) || template.ValueKind == JsonValueKind.Null)
        {
            return;
        }

        if (template.ValueKind == JsonValueKind.String)
        {
            named[Default] = (template.GetString()!, file);
            return;
        }

        if (template.ValueKind != JsonValueKind.Array)
        {
            throw new ChatTemplateException($"chat_template in {file} needs to be a string or a list of named templates.");
        }

        foreach (var entry in template.EnumerateArray())
        {
            if (entry.ValueKind != JsonValueKind.Object || Text(entry, "name") is not { } name || Text(entry, "template") is not { } source)
            {
                throw new ChatTemplateException($"chat_template in {file} is a list with an entry that has no \"name\" and \"template\".");
            }

            named[name] = (source, file);
        }
    }

    // A string, or an added token with its content.
    static void AddTokens(JsonElement configuration, Dictionary<string, string> tokens)
    {
        foreach (var property in configuration.EnumerateObject().Where(property => property.Name.EndsWith("_token", StringComparison.Ordinal)))
        {
            string? token = property.Value.ValueKind switch
            {
                JsonValueKind.String => property.Value.GetString(),
                JsonValueKind.Object => Text(property.Value, "content"),
                _ => null,
            };
            if (token is not null)
            {
                tokens[property.Name] = token;
            }
        }
    }

    static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
