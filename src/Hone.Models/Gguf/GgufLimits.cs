using Hone.Models.Configuration;

namespace Hone.Models.Gguf;

/// <summary>What llama.cpp cannot do of what a configuration asks.</summary>
static class GgufLimits
{
    /// <summary>Why such a model cannot be exported, in sentences.</summary>
    public static IEnumerable<string> Problems(DecoderConfig config)
    {
        if (GgufArchitecture.NameOf(config) is not { } name)
        {
            yield return $"model_type is {config.ModelType}; Hone writes GGUF files of {string.Join(", ", GgufArchitecture.ModelTypes)}; "
                + "export as safetensors.";
            yield break;
        }

        if (GgufArchitecture.IsGemma(name))
        {
            foreach (string problem in GemmaProblems(name, config))
            {
                yield return problem;
            }
        }

        if (!IsWritable(config.Ropes[0].Scaling))
        {
            yield return $"llama.cpp has no form for the rotary scaling {config.Ropes[0].Scaling!.GetType().Name} of this model; export as safetensors.";
        }

        if (config.Ropes.Skip(1).Any(rope => rope.Scaling is not null))
        {
            yield return "the layers with a window scale their rotary frequencies, which llama.cpp does not; export as safetensors.";
        }
    }

    /// <summary>Where llama.cpp computes something else than the model, in sentences.</summary>
    public static IEnumerable<string> Notes(DecoderConfig config)
    {
        int? window = Enumerable.Range(0, config.Layers).Select(layer => config.Layer(layer).Window).Min();
        if (window is { } width && width < config.MaxPositions && !GgufArchitecture.IsGemma(GgufArchitecture.NameOf(config) ?? ""))
        {
            yield return $"This model's layers see the last {width} tokens, but llama.cpp lets {config.ModelType} see all of them: in longer texts "
                + "its numbers differ.";
        }

        if (config.Ropes[0].Scaling is RopeScaling.Long { OriginalMaxPositions: < int.MaxValue } scaling)
        {
            yield return $"This model turns by other frequencies in texts of more than {scaling.OriginalMaxPositions} tokens, but llama.cpp chooses "
                + "them by the size of its context: give it one of that size (-c) for shorter texts.";
        }
    }

    // llama.cpp blends YaRN with its own attention factor and at whole components.
    static bool IsWritable(RopeScaling? scaling) => scaling switch
    {
        RopeScaling.Dynamic => false,
        RopeScaling.Yarn yarn => yarn.Truncate && Math.Abs(yarn.AttentionFactor - GgufHyperparameters.YarnFactor(yarn.Factor)) < 1e-6,
        _ => true,
    };

    static IEnumerable<string> GemmaProblems(string name, DecoderConfig config)
    {
        if (!config.TieEmbeddings)
        {
            yield return "tie_word_embeddings is false, but llama.cpp's Gemma has no head of its own; export as safetensors.";
        }

        if (name == GgufArchitecture.Gemma2 && (config.ScoreSoftCap is null || config.LogitSoftCap is null))
        {
            yield return "a soft cap is missing, but llama.cpp's Gemma 2 always has both; export as safetensors.";
        }

        if (name == GgufArchitecture.Gemma3 && (config.ScoreSoftCap ?? config.LogitSoftCap) is not null)
        {
            yield return "the model has a soft cap, but llama.cpp's Gemma 3 has none; export as safetensors.";
        }

        if (GgufArchitecture.WindowPeriod(config) is null && Enumerable.Range(0, config.Layers).Any(layer => config.Layer(layer).Window is not null))
        {
            yield return "layer_types follows no period whose last layer sees everything, as llama.cpp needs it; export as safetensors.";
        }

        if (Math.Abs(config.EmbeddingScale - Math.Sqrt(config.HiddenSize)) > 0.01 * Math.Sqrt(config.HiddenSize))
        {
            yield return $"embeddings are multiplied by {config.EmbeddingScale}, but llama.cpp's Gemma takes the root of hidden_size; export as safetensors.";
        }
    }
}
