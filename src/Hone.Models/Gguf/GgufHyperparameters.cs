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

    /// <summary>What the rotary frequencies are divided by, where only a tensor can say it; else null.</summary>
    public static float[]? Divisors(DecoderConfig config)
    {
        var rope = config.Ropes[0];
        if (rope.Scaling is not (RopeScaling.LlamaThree or RopeScaling.Divided))
        {
            return null;
        }

        var (scaled, _) = RotaryFrequencies.Compute(rope, config.HeadWidth);
        var (plain, _) = RotaryFrequencies.Compute(rope with { Scaling = null }, config.HeadWidth);
        return [.. plain.Zip(scaled, (before, after) => before / after)];
    }

    static void AddRope(GgufMetadata metadata, string name, DecoderConfig config)
    {
        var rope = config.Ropes[0];
        metadata.Add($"{name}.rope.dimension_count", rope.RotatedWidth ?? config.HeadWidth);
        metadata.Add($"{name}.rope.freq_base", (float)rope.Theta);
        if (rope.Scaling is RopeScaling.Linear linear)
        {
            metadata.Add($"{name}.rope.scaling.type", "linear");
            metadata.Add($"{name}.rope.scaling.factor", (float)linear.Factor);
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
