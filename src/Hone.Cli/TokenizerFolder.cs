using System.Text.Json;

namespace Hone.Cli;

/// <summary>The tokenizer's files in a model folder.</summary>
static class TokenizerFolder
{
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
