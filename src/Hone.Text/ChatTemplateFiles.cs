using System.Text.Json;

namespace Hone.Text;

/// <summary>What a model folder says about its chat template.</summary>
static class ChatTemplateFiles
{
    public static (string Source, IReadOnlyDictionary<string, string> SpecialTokens) Read(string folder)
    {
        string configurationFile = Path.Combine(folder, "tokenizer_config.json"), templateFile = Path.Combine(folder, "chat_template.jinja");
        try
        {
            using var configuration = File.Exists(configurationFile) ? JsonDocument.Parse(File.ReadAllBytes(configurationFile)) : null;
            string? source = File.Exists(templateFile) ? File.ReadAllText(templateFile)
                : configuration is not null ? Source(configuration.RootElement, configurationFile)
                : null;
            return (
                source ?? throw new ChatTemplateException(
                    $"The model folder {folder} has no chat template: neither chat_template.jinja nor chat_template in tokenizer_config.json. Add one, or use an instruction-tuned model."),
                configuration is null ? new Dictionary<string, string>() : SpecialTokens(configuration.RootElement));
        }
        catch (JsonException problem)
        {
            throw new ChatTemplateException($"{configurationFile} is not JSON: {problem.Message}", 0, 0, problem);
        }
        catch (IOException problem)
        {
            throw new ChatTemplateException($"The chat template in {folder} cannot be read: {problem.Message}", 0, 0, problem);
        }
    }

    // A string, or a list of named templates of which "default" is meant.
    static string? Source(JsonElement configuration, string file)
    {
        if (configuration.ValueKind != JsonValueKind.Object || !configuration.TryGetProperty("chat_template", out var template))
        {
            return null;
        }

        switch (template.ValueKind)
        {
            case JsonValueKind.String: return template.GetString();
            case JsonValueKind.Null: return null;
            case JsonValueKind.Array:
                foreach (var named in template.EnumerateArray())
                {
                    if (named.ValueKind == JsonValueKind.Object && Text(named, "name") == "default" && Text(named, "template") is { } source)
                    {
                        return source;
                    }
                }

                throw new ChatTemplateException($"chat_template in {file} is a list without a template named 'default'.");
            default:
                throw new ChatTemplateException($"chat_template in {file} needs to be a string or a list of named templates.");
        }
    }

    // bos_token, eos_token …: a string, or an added token with its content.
    static Dictionary<string, string> SpecialTokens(JsonElement configuration)
    {
        Dictionary<string, string> tokens = new(StringComparer.Ordinal);
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

        return tokens;
    }

    static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
