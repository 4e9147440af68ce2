using Hone.Models.Weights;

namespace Hone.Models.Configuration;

/// <summary>The published names and shapes of a decoder's tensors. Llama and Qwen3 use the same names.</summary>
public static class DecoderTensors
{
    public const string Embedding = "model.embed_tokens.weight";
    public const string FinalNorm = "model.norm.weight";
    public const string Head = "lm_head.weight";

    public static string InputNorm(int layer) => $"model.layers.{layer}.input_layernorm.weight";

    public static string PostAttentionNorm(int layer) => $"model.layers.{layer}.post_attention_layernorm.weight";

    public static string QueryNorm(int layer) => $"model.layers.{layer}.self_attn.q_norm.weight";

    public static string KeyNorm(int layer) => $"model.layers.{layer}.self_attn.k_norm.weight";

    /// <summary>The tensor of a linear module: <see cref="LinearModules"/> gives the modules.</summary>
    public static string Weight(string module) => module + ".weight";

    /// <summary>The seven linear modules of a layer with their widths, in the order q, k, v, o, gate, up, down.</summary>
    public static IReadOnlyList<(string Module, int Inputs, int Outputs)> LinearModules(DecoderConfig config, int layer)
    {
        string attention = $"model.layers.{layer}.self_attn.", mlp = $"model.layers.{layer}.mlp.";
        int C = config.HiddenSize, F = config.FeedForwardWidth;
        int queries = config.Heads * config.HeadWidth, keys = config.KeyValueHeads * config.HeadWidth;
        return
        [
            (attention + "q_proj", C, queries),
            (attention + "k_proj", C, keys),
            (attention + "v_proj", C, keys),
            (attention + "o_proj", queries, C),
            (mlp + "gate_proj", C, F),
            (mlp + "up_proj", C, F),
            (mlp + "down_proj", F, C),
        ];
    }

    /// <summary>Every tensor that a model of this configuration has, with its shape.</summary>
    public static IEnumerable<(string Name, long[] Shape)> All(DecoderConfig config)
    {
        long[] hidden = [config.HiddenSize], head = [config.HeadWidth], vocabulary = [config.VocabularySize, config.HiddenSize];
        yield return (Embedding, vocabulary);
        for (int layer = 0; layer < config.Layers; layer++)
        {
            yield return (InputNorm(layer), hidden);
            yield return (PostAttentionNorm(layer), hidden);
            foreach (var (module, inputs, outputs) in LinearModules(config, layer))
            {
                yield return (Weight(module), [outputs, inputs]);
            }

            if (config.QkNorm)
            {
                yield return (QueryNorm(layer), head);
                yield return (KeyNorm(layer), head);
            }
        }

        yield return (FinalNorm, hidden);
        if (!config.TieEmbeddings)
        {
            yield return (Head, vocabulary);
        }
    }

    /// <summary>Refuses weights that lack a tensor, have one of another shape or kind, or have one that would not be used.</summary>
    /// <exception cref="ModelFileException">With every problem at once.</exception>
    public static void Check(DecoderConfig config, WeightFiles weights)
    {
        List<string> problems = [];
        var expected = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (name, shape) in All(config))
        {
            expected.Add(name);
            if (ProblemOf(weights, name, shape) is { } problem)
            {
                problems.Add(problem);
            }
        }

        problems.AddRange(weights.Names.Where(name => !expected.Contains(name) && !IsRedundant(config, name))
            .Select(name => $"tensor '{name}' has no place in a {config.ModelType} model of config.json's form."));
        if (problems.Count > 0)
        {
            throw new ModelFileException(weights.Folder, problems);
        }
    }

    static string? ProblemOf(WeightFiles weights, string name, long[] shape)
    {
        if (!weights.Has(name))
        {
            return $"tensor '{name}' is missing.";
        }

        var entry = weights.Entry(name);
        if (!entry.Shape.AsSpan().SequenceEqual(shape))
        {
            return $"tensor '{name}' is {entry.ShapeText}, but config.json needs [{string.Join(", ", shape)}].";
        }

        return entry.Kind is ElementKind.F32 or ElementKind.F16 or ElementKind.BF16
            ? null
            : $"tensor '{name}' is {entry.Kind}, expected F32, F16 or BF16.";
    }

    // A tied head repeats the embedding; old Llama files hold the frequencies that config.json determines.
    static bool IsRedundant(DecoderConfig config, string name) =>
        (config.TieEmbeddings && name == Head) || name.EndsWith(".rotary_emb.inv_freq", StringComparison.Ordinal);
}
