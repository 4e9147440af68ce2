using Hone.Models.Configuration;

namespace Hone.Models.Gguf;

/// <summary>The families that llama.cpp knows, under its names.</summary>
static class GgufArchitecture
{
    static readonly Dictionary<string, string> _names = new(StringComparer.Ordinal)
    {
        ["llama"] = Llama,
        ["mistral"] = Llama,
        ["qwen2"] = "qwen2",
        ["qwen3"] = "qwen3",
        ["gemma2"] = "gemma2",
        ["gemma3_text"] = "gemma3",
        ["phi3"] = "phi3",
    };

    public const string Llama = "llama";

    /// <summary>Families by model_type, as <c>config.json</c> names them.</summary>
    public static IEnumerable<string> ModelTypes => _names.Keys;

    /// <summary>llama.cpp's name for a family, or null.</summary>
    public static string? NameOf(DecoderConfig config) => _names.GetValueOrDefault(config.ModelType);

    /// <summary>The family that a file's architecture stands for, or null.</summary>
    public static string? ModelTypeOf(string architecture) => _names.FirstOrDefault(pair => pair.Value == architecture).Key;
}
