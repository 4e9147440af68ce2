using Hone.Models.Configuration;

namespace Hone.Models.Gguf;

/// <summary>Writes a decoder's configuration in llama.cpp's keys. <see cref="GgufConfiguration"/> reads it.</summary>
static class GgufHyperparameters
{
    public static void Add(GgufMetadata metadata, DecoderConfig config)
    {
        string name = GgufArchitecture.NameOf(config)!;
        metadata.Add($"{name}.vocab_size", config.VocabularySize);
        metadata.Add($"{name}.context_length", config.MaxPositions);
        metadata.Add($"{name}.embedding_length", config.HiddenSize);
        metadata.Add($"{name}.block_count", config.Layers);
        metadata.Add($"{name}.feed_forward_length", config.FeedForwardWidth);
        metadata.Add($"{name}.attention.head_count", config.Heads);
        metadata.Add($"{name}.attention.head_count_kv", config.KeyValueHeads);
        metadata.Add($"{name}.attention.key_length", config.HeadWidth);
        metadata.Add($"{name}.attention.value_length", config.HeadWidth);
        metadata.Add($"{name}.attention.layer_norm_rms_epsilon", config.NormEpsilon);
        AddRope(metadata, name, config);
        AddWindow(metadata, name, config);
        AddSoftCap(metadata, $"{name}.attn_logit_softcapping", config.ScoreSoftCap);
        AddSoftCap(metadata, $"{name}.final_logit_softcapping", config.LogitSoftCap);
    }

    /// <summary>YaRN's factor of cos and sin where nobody states another.</summary>
    public static double YarnFactor(double stretch) => (0.1 * Math.Log(stretch)) + 1;

    /// <summary>Tensors of numbers by which rotary frequencies are divided, where only tensors can say them.</summary>
    public static IEnumerable<(string Name, float[] Divisors)> Divisors(DecoderConfig config)
    {
        var rope = config.Ropes[0];
        switch (rope.Scaling)
        {
            case RopeScaling.Long scaling when GgufArchitecture.NameOf(config) == GgufArchitecture.Phi3:
                yield return (GgufNames.LongDivisors, [.. scaling.LongFactors]);
                yield return (GgufNames.ShortDivisors, [.. scaling.ShortFactors]);
                break;
            case RopeScaling.LlamaThree or RopeScaling.Long:
                var (scaled, _) = RotaryFrequencies.Compute(rope, config.HeadWidth);
                var (plain, _) = RotaryFrequencies.Compute(rope with { Scaling = null }, config.HeadWidth);
                yield return (GgufNames.RopeDivisors, [.. plain.Zip(scaled, (before, after) => before / after)]);
                break;
        }
    }

    static void AddRope(GgufMetadata metadata, string name, DecoderConfig config)
    {
        var rope = config.Ropes[0];
        metadata.Add($"{name}.rope.dimension_count", rope.RotatedWidth ?? config.HeadWidth);
        metadata.Add($"{name}.rope.freq_base", (float)rope.Theta);
        string scaling = $"{name}.rope.scaling.";
        switch (rope.Scaling)
        {
            case RopeScaling.Linear linear:
                metadata.Add(scaling + "type", "linear");
                metadata.Add(scaling + "factor", (float)linear.Factor);
                break;
            case RopeScaling.Yarn yarn:
                metadata.Add(scaling + "type", "yarn");
                metadata.Add(scaling + "factor", (float)yarn.Factor);
                metadata.Add(scaling + "original_context_length", yarn.OriginalMaxPositions);
                metadata.Add(scaling + "yarn_beta_fast", (float)yarn.BetaFast);
                metadata.Add(scaling + "yarn_beta_slow", (float)yarn.BetaSlow);
                break;
            case RopeScaling.Long longer:
                metadata.Add(scaling + "type", "longrope");
                metadata.Add(scaling + "original_context_length", longer.OriginalMaxPositions);
                metadata.Add(scaling + "attn_factor", (float)longer.AttentionFactor);
                break;
        }
    }

    static void AddWindow(GgufMetadata metadata, string name, DecoderConfig config)
    {
        int? window = Enumerable.Range(0, config.Layers).Select(layer => config.Layer(layer).Window).FirstOrDefault(width => width is not null);
        if (window is { } width)
        {
            metadata.Add($"{name}.attention.sliding_window", width);
        }
        else if (name == GgufArchitecture.Phi3)
        {
            // Absent, llama.cpp would assume a window of Phi-3; 0 says that there is none.
            metadata.Add($"{name}.attention.sliding_window", 0);
        }

        if (GgufArchitecture.IsGemma(name) && GgufArchitecture.WindowPeriod(config) is { } period)
        {
            metadata.Add($"{name}.attention.sliding_window_pattern", period);
            int local = Enumerable.Range(0, config.Layers).First(layer => config.Layer(layer).Window is not null);
            metadata.Add($"{name}.rope.freq_base_swa", (float)config.Ropes[config.Layer(local).Rope ?? 0].Theta);
        }
    }

    static void AddSoftCap(GgufMetadata metadata, string key, float? cap)
    {
        if (cap is { } value)
        {
            metadata.Add(key, value);
        }
    }
}
