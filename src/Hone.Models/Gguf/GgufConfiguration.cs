using Hone.Models.Configuration;
using Hone.Models.Weights;
using Hone.Tensors;

namespace Hone.Models.Gguf;

/// <summary>The configuration that a GGUF file states, with what its architecture implies.</summary>
static class GgufConfiguration
{
    /// <exception cref="ModelFileException">A key is missing or has no sense; all are named.</exception>
    public static DecoderConfig Read(GgufFile file)
    {
        var keys = new GgufKeys(file);
        string name = keys.Text("general.architecture") ?? "";
        string modelType = GgufArchitecture.ModelTypeOf(name)
            ?? throw new ModelFileException(file.Path, $"general.architecture is '{name}'; Hone reads {string.Join(", ", GgufArchitecture.ModelTypes)}.");
        keys.Prefix = name + ".";
        bool isGemma = GgufArchitecture.IsGemma(name);
        var config = Sizes(file, keys, modelType);
        config = config with
        {
            Ropes = [Rope(file, keys, config.HeadWidth)],
            QkNorm = name is "qwen3" or GgufArchitecture.Gemma3 ? QkNorm.PerHead : QkNorm.None,
            Norms = isGemma ? NormPlacement.BeforeAndAfter : NormPlacement.Before,
            Activation = isGemma ? Activation.GeluTanh : Activation.Silu,
            EmbeddingScale = isGemma ? MathF.Sqrt(config.HiddenSize) : 1,
            FusedProjections = name == GgufArchitecture.Phi3,
            QkvBias = file.Tensors.ContainsKey("blk.0.attn_q.bias"),
            OutputBias = file.Tensors.ContainsKey("blk.0.attn_output.bias"),
            FeedForwardBias = file.Tensors.ContainsKey("blk.0.ffn_down.bias"),
            ScoreSoftCap = SoftCap(keys, "attn_logit_softcapping"),
            LogitSoftCap = SoftCap(keys, "final_logit_softcapping"),
        };
        config = WithTokens(keys, WithWindows(keys, name, config));
        keys.ThrowIfAny();
        return isGemma ? config with { AttentionScale = GgufArchitecture.AttentionScale(name, config) } : config;
    }

    static DecoderConfig Sizes(GgufFile file, GgufKeys keys, string modelType)
    {
        int heads = keys.Size("attention.head_count"), hidden = keys.Size("embedding_length"), layers = keys.Size("block_count");
        var config = new DecoderConfig
        {
            ModelType = modelType,
            VocabularySize = (int)file.Entry("token_embd.weight").Shape[0],
            HiddenSize = hidden,
            Layers = layers,
            Heads = heads,
            KeyValueHeads = keys.Size("attention.head_count_kv", heads),
            HeadWidth = keys.Size("attention.key_length", Math.Max(1, hidden / heads)),
            FeedForwardWidth = keys.Size("feed_forward_length"),
            NormEpsilon = (float)keys.Number("attention.layer_norm_rms_epsilon"),
            Ropes = [],
            TieEmbeddings = !file.Tensors.ContainsKey("output.weight"),
            MaxPositions = keys.Size("context_length"),
        };

        // The sizes themselves are checked against the tensors. These would be divided by, or counted up to, before that.
        int mostLayers = Math.Min(file.Tensors.Count, DecoderSizes.MostLayers);
        keys.Require(layers <= mostLayers, $"block_count is {layers}, but the file has {file.Tensors.Count} tensors and Hone runs up to {mostLayers} layers.");
        foreach (string problem in DecoderSizes.Problems(config))
        {
            keys.Require(false, problem);
        }

        keys.Require(config.HeadWidth % 2 == 0, $"attention.key_length is {config.HeadWidth}, expected an even number.");
        keys.Require(heads % config.KeyValueHeads == 0, $"attention.head_count is {heads}, expected a multiple of {config.KeyValueHeads}, the key/value heads.");
        keys.ThrowIfAny();
        return config;
    }

    static DecoderConfig WithTokens(GgufKeys keys, DecoderConfig config)
    {
        int? Token(string name) => keys.Token($"tokenizer.ggml.{name}_token_id", config.VocabularySize);
        int?[] ends = [Token("eos"), Token("eot")];
        return config with { EosTokenIds = [.. ends.OfType<int>().Distinct()], BosTokenId = Token("bos") };
    }

    static DecoderConfig WithWindows(GgufKeys keys, string name, DecoderConfig config)
    {
        if (!keys.Has("attention.sliding_window") || keys.IsZero("attention.sliding_window"))
        {
            return config;
        }

        int width = keys.Size("attention.sliding_window"), period = keys.Size("attention.sliding_window_pattern", name switch
        {
            GgufArchitecture.Gemma2 => 2,
            GgufArchitecture.Gemma3 => 6,
            _ => int.MaxValue,
        });
        double local = keys.Number("rope.freq_base_swa", name == GgufArchitecture.Gemma3 ? 10000 : config.Ropes[0].Theta);
        bool hasOwnRope = name == GgufArchitecture.Gemma3;
        return config with
        {
            Ropes = hasOwnRope ? [config.Ropes[0], config.Ropes[0] with { Theta = local, Scaling = null }] : config.Ropes,
            LayerConfigs = new([.. Enumerable.Range(0, config.Layers).Select(layer => GgufArchitecture.IsWindowed(layer, period)
                ? new LayerConfig { Window = width, Rope = hasOwnRope ? 1 : 0 }
                : LayerConfig.Plain)]),
        };
    }

    static RopeConfig Rope(GgufFile file, GgufKeys keys, int headWidth)
    {
        int width = keys.Size("rope.dimension_count", headWidth);
        keys.Require(width % 2 == 0 && width <= headWidth, $"rope.dimension_count is {width}, expected an even number up to {headWidth}.");
        return new(keys.Number("rope.freq_base", 10000), Scaling(file, keys, width / 2), width == headWidth ? null : width);
    }

    static float? SoftCap(GgufKeys keys, string key) => keys.Has(key) ? (float)keys.Number(key) : null;

    static RopeScaling? Scaling(GgufFile file, GgufKeys keys, int pairs)
    {
        string type = keys.Text("rope.scaling.type") ?? "none";
        if (file.Tensors.ContainsKey(GgufNames.RopeDivisors))
        {
            var divisors = Divisors(file, keys, GgufNames.RopeDivisors, pairs);
            return new RopeScaling.Long(divisors, divisors, int.MaxValue, 1);
        }

        switch (type)
        {
            case "none":
                return null;
            case "linear":
                return new RopeScaling.Linear(keys.Number("rope.scaling.factor"));
            case "yarn":
                double factor = keys.Number("rope.scaling.factor");
                return new RopeScaling.Yarn(
                    factor, keys.Size("rope.scaling.original_context_length"), keys.Number("rope.scaling.yarn_beta_fast", 32),
                    keys.Number("rope.scaling.yarn_beta_slow", 1), Truncate: true, GgufHyperparameters.YarnFactor(factor));
            case "longrope":
                return new RopeScaling.Long(
                    Divisors(file, keys, GgufNames.ShortDivisors, pairs), Divisors(file, keys, GgufNames.LongDivisors, pairs),
                    keys.Size("rope.scaling.original_context_length"), keys.Number("rope.scaling.attn_factor", 1));
            default:
                keys.Require(false, $"rope.scaling.type is {type}; Hone reads none, linear, yarn and longrope.");
                return null;
        }
    }

    static ValueList<float> Divisors(GgufFile file, GgufKeys keys, string name, int pairs)
    {
        float[] divisors = file.ReadF32(name);
        keys.Require(divisors.Length == pairs, $"{name} has {divisors.Length} numbers, expected {pairs}, half of the rotated components.");
        return new(divisors);
    }
}
