using Hone.Models.Configuration;

namespace Hone.Bench.Workloads;

/// <summary>A decoder to measure: a named shape with random weights, or a model folder.</summary>
public sealed record ModelShape(string Name, DecoderConfig Config, string? Folder)
{
    // Folders of the repository that a name may stand for.
    static readonly (string Name, string Folder)[] _shipped = [("arithmetic", Path.Combine("models", "arithmetic"))];

    public static ModelShape Tiny { get; } = new("tiny", Qwen(hidden: 192, layers: 6, heads: 6, headWidth: 32, feedForward: 512, vocabulary: 512), null);

    /// <summary>Qwen2.5-0.5B's shape, without its three biases a layer.</summary>
    public static ModelShape HalfBillion { get; } =
        new("qwen2.5-0.5b", Qwen(hidden: 896, layers: 24, heads: 14, headWidth: 64, feedForward: 4864, vocabulary: 151_936), null);

    /// <param name="text">A name, or a model folder.</param>
    /// <param name="findShipped">The full path of a file that comes with Hone.</param>
    /// <exception cref="BenchException">There is no such shape nor folder.</exception>
    public static ModelShape Parse(string text, Func<string, string> findShipped)
    {
        if (new[] { Tiny, HalfBillion }.FirstOrDefault(shape => shape.Name == text) is { } named)
        {
            return named;
        }

        string folder = Array.Find(_shipped, shipped => shipped.Name == text) is { Folder: { } relative }
            ? Path.GetDirectoryName(findShipped(Path.Combine(relative, "config.json")))!
            : text;
        return Directory.Exists(folder)
            ? new(text, DecoderConfigReader.Read(folder), folder)
            : throw new BenchException($"--shape is {text}, but needs to be {Tiny.Name}, {HalfBillion.Name}, arithmetic or a model folder.");
    }

    static DecoderConfig Qwen(int hidden, int layers, int heads, int headWidth, int feedForward, int vocabulary) => new()
    {
        ModelType = "qwen3",
        VocabularySize = vocabulary,
        HiddenSize = hidden,
        Layers = layers,
        Heads = heads,
        KeyValueHeads = 2,
        HeadWidth = headWidth,
        FeedForwardWidth = feedForward,
        NormEpsilon = 1e-6f,
        Ropes = [new(1e6)],
        TieEmbeddings = true,
        MaxPositions = 32_768,
    };
}
