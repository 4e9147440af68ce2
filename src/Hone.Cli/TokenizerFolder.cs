using System.Text.Json;

namespace Hone.Cli;

/// <summary>The tokenizer's files in a model folder.</summary>
static class TokenizerFolder
{
    static readonly string[] _files =
    [
        "tokenizer.json", "tokenizer_config.json", "chat_template.jinja", "special_tokens_map.json", "added_tokens.json", "vocab.json", "merges.txt",
    ];

    public static void Copy(string from, string to)
    {
        foreach (string name in _files)
        {
            string source = Path.Combine(from, name);
            if (File.Exists(source))
            {
                File.Copy(source, Path.Combine(to, name), overwrite: true);
            }
        }
    }

    /// <summary>eos_token of tokenizer_config.json, or null.</summary>
    public static string? EosToken(string folder)
    {
        string path = Path.Combine(folder, "tokenizer_config.json");
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("eos_token", out var token)
                && token.ValueKind == JsonValueKind.String ? token.GetString() : null;
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException)
        {
            throw new CommandException($"{path} is not JSON: {problem.Message}");
        }
    }
}
