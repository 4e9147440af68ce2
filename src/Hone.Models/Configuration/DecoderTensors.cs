namespace Hone.Models.Configuration;

/// <summary>A linear layer as checkpoints name it.</summary>
/// <param name="Name">The name without <c>.weight</c>, such as <c>model.layers.0.self_attn.q_proj</c>.</param>
public sealed record LinearModule(string Name, int Inputs, int Outputs, bool HasBias)
{
    /// <summary>[Outputs, Inputs].</summary>
    public string Weight => Name + ".weight";

    /// <summary>[Outputs].</summary>
    public string Bias => Name + ".bias";
}

/// <summary>The published names of a layer's norms; null where a family has none.</summary>
public sealed record LayerNorms(string? BeforeAttention, string? AfterAttention, string? BeforeFeedForward, string? AfterFeedForward)
{
    public IEnumerable<string> All => new[] { BeforeAttention, AfterAttention, BeforeFeedForward, AfterFeedForward }.OfType<string>();
}

/// <summary>The published names and shapes of a decoder's tensors.</summary>
public static class DecoderTensors
{
    public const string Embedding = "model.embed_tokens.weight";
    public const string FinalNorm = "model.norm.weight";
    public const string Head = "lm_head.weight";

    public static string QueryNorm(int layer) => $"model.layers.{layer}.self_attn.q_norm.weight";

    public static string KeyNorm(int layer) => $"model.layers.{layer}.self_attn.k_norm.weight";

    public static string Sinks(int layer) => $"model.layers.{layer}.self_attn.sinks";

    /// <summary>The published name says what stands there where a layer has two norms, and only roughly where it has four.</summary>
    public static LayerNorms Norms(DecoderConfig config, int layer)
    {
        string Name(string norm) => $"model.layers.{layer}.{norm}_layernorm.weight";
        return config.Norms switch
        {
            NormPlacement.Before => new(Name("input"), null, Name("post_attention"), null),
            NormPlacement.After => new(null, Name("post_attention"), null, Name("post_feedforward")),
            _ => new(Name("input"), Name("post_attention"), Name("pre_feedforward"), Name("post_feedforward")),
        };
    }

    /// <summary>q, k, v, o; or qkv, o where they are fused.</summary>
    public static IReadOnlyList<LinearModule> AttentionModules(DecoderConfig config, int layer)
    {
        string prefix = $"model.layers.{layer}.self_attn.";
        int C = config.HiddenSize, queries = config.Heads * config.HeadWidth, keys = config.KeyValueHeads * config.HeadWidth;
        var output = new LinearModule(prefix + "o_proj", queries, C, config.OutputBias);
        return config.FusedProjections
            ? [new(prefix + "qkv_proj", C, queries + (2 * keys), config.QkvBias), output]
            :
            [
                new(prefix + "q_proj", C, queries, config.QkvBias),
                new(prefix + "k_proj", C, keys, config.QkvBias),
                new(prefix + "v_proj", C, keys, config.QkvBias),
                output,
            ];
    }

    /// <summary>gate, up, down of a dense layer; or gate_up, down where they are fused.</summary>
    public static IReadOnlyList<LinearModule> FeedForwardModules(DecoderConfig config, int layer)
    {
        string prefix = $"model.layers.{layer}.mlp.";
        int C = config.HiddenSize, F = config.FeedForwardWidth;
        bool bias = config.FeedForwardBias;
        var down = new LinearModule(prefix + "down_proj", F, C, bias);
        return config.FusedProjections
            ? [new(prefix + "gate_up_proj", C, 2 * F, bias), down]
            : [new(prefix + "gate_proj", C, F, bias), new(prefix + "up_proj", C, F, bias), down];
    }

    /// <summary>Every tensor that the files of a model of this configuration have, with its shape.</summary>
    public static IEnumerable<(string Name, long[] Shape)> All(DecoderConfig config) =>
        All(config, layer => config.Experts!.Storage == ExpertStorage.Modules
            ? ExpertTensors.All(config, layer).SelectMany(Tensors)
            : Tensors(ExpertTensors.Router(config, layer)).Concat(ExpertTensors.Fused(config, layer)));

    /// <summary>Every parameter that a decoder of this configuration holds: those of its files, each expert by itself.</summary>
    public static IEnumerable<(string Name, long[] Shape)> Held(DecoderConfig config) =>
        All(config, layer => ExpertTensors.All(config, layer).SelectMany(Tensors));

    static IEnumerable<(string Name, long[] Shape)> All(DecoderConfig config, Func<int, IEnumerable<(string, long[])>> experts)
    {
        long[] hidden = [config.HiddenSize], vocabulary = [config.VocabularySize, config.HiddenSize];
        yield return (Embedding, vocabulary);
        for (int layer = 0; layer < config.Layers; layer++)
        {
            foreach (var tensor in Norms(config, layer).All.Select(name => (name, hidden))
                .Concat(Attention(config, layer)).Concat(config.Layer(layer).HasExperts ? experts(layer) : FeedForward(config, layer)))
            {
                yield return tensor;
            }
        }

        yield return (FinalNorm, hidden);
        if (!config.TieEmbeddings)
        {
            yield return (Head, vocabulary);
        }
    }

    /// <summary>Whether a tensor is a norm's weight, to which some families add 1.</summary>
    public static bool IsNorm(string name) => name.EndsWith("norm.weight", StringComparison.Ordinal);

    static IEnumerable<(string Name, long[] Shape)> Attention(DecoderConfig config, int layer)
    {
        foreach (var tensor in AttentionModules(config, layer).SelectMany(Tensors))
        {
            yield return tensor;
        }

        if (config.QkNorm != QkNorm.None)
        {
            bool full = config.QkNorm == QkNorm.FullWidth;
            yield return (QueryNorm(layer), [config.HeadWidth * (full ? config.Heads : 1)]);
            yield return (KeyNorm(layer), [config.HeadWidth * (full ? config.KeyValueHeads : 1)]);
        }

        if (config.Sinks)
        {
            yield return (Sinks(layer), [config.Heads]);
        }
    }

    static IEnumerable<(string Name, long[] Shape)> FeedForward(DecoderConfig config, int layer) =>
        FeedForwardModules(config, layer).SelectMany(Tensors);

    static IEnumerable<(string Name, long[] Shape)> Tensors(LinearModule module)
    {
        yield return (module.Weight, [module.Outputs, module.Inputs]);
        if (module.HasBias)
        {
            yield return (module.Bias, [module.Outputs]);
        }
    }
}
