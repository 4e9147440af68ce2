using Hone.Models.Configuration;

namespace Hone.Models.Gguf;

/// <summary>What llama.cpp's architectures fix without a key in the file.</summary>
static class GgufArchitecture
{
    public const string Llama = "llama", Gemma2 = "gemma2", Gemma3 = "gemma3", Phi3 = "phi3";

    static readonly Dictionary<string, string> _names = new(StringComparer.Ordinal)
    {
        ["llama"] = Llama,
        ["mistral"] = Llama,
        ["qwen2"] = "qwen2",
        ["qwen3"] = "qwen3",
        ["gemma2"] = Gemma2,
        ["gemma3_text"] = Gemma3,
        ["gemma3"] = Gemma3,
        ["phi3"] = Phi3,
    };

    /// <summary>Families by model_type, as <c>config.json</c> names them.</summary>
    public static IEnumerable<string> ModelTypes => _names.Keys;

    /// <summary>llama.cpp's name for a family, or null.</summary>
    public static string? NameOf(DecoderConfig config) => _names.GetValueOrDefault(config.ModelType);

    /// <summary>The family that a file's architecture stands for, or null.</summary>
    public static string? ModelTypeOf(string architecture) => _names.FirstOrDefault(pair => pair.Value == architecture).Key;

    public static bool IsGemma(string architecture) => architecture is Gemma2 or Gemma3;

    /// <summary>What multiplies scores: 1 / √D, but for the largest Gemma of each kind, which llama.cpp tells by its layers.</summary>
    public static float AttentionScale(string architecture, DecoderConfig config) =>
        (architecture, config.Layers) is (Gemma2, 46) or (Gemma3, 62)
            ? 1f / MathF.Sqrt(config.HiddenSize / config.Heads)
            : 1f / MathF.Sqrt(config.HeadWidth);

    /// <summary>
    /// By what the model's own scale of scores differs from <see cref="AttentionScale"/>. Queries are multiplied by it: the file cannot say it.
    /// </summary>
    public static float QueryFactor(DecoderConfig config)
    {
        float own = config.AttentionScale ?? 1f / MathF.Sqrt(config.HeadWidth), assumed = AttentionScale(NameOf(config)!, config);
        return MathF.Abs((own / assumed) - 1) < 1e-6f ? 1 : own / assumed;
    }

    /// <summary>One in so many layers sees all positions, the last of each so many; null if the layers have no such order or no window.</summary>
    public static int? WindowPeriod(DecoderConfig config)
    {
        bool[] slides = [.. Enumerable.Range(0, config.Layers).Select(layer => config.Layer(layer).Window is not null)];
        return slides.Contains(true)
            ? Enumerable.Range(1, config.Layers + 1).Cast<int?>().FirstOrDefault(period => !slides.Where((slide, i) => slide != IsWindowed(i, period!.Value)).Any())
            : null;
    }

    public static bool IsWindowed(int layer, int period) => layer % period < period - 1;
}
