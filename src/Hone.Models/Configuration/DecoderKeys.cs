namespace Hone.Models.Configuration;

/// <summary>What the configurations of all families share: sizes, rotary settings, token ids, and the list of harmless keys.</summary>
static class DecoderKeys
{
    // Read by training code, by the library that wrote them, or by nobody: none of them enters a forward pass.
    static readonly HashSet<string> _harmless = new(StringComparer.Ordinal)
    {
        "_attn_implementation_autoset", "_from_model_config", "_name_or_path", "architectures", "attention_dropout", "dtype",
        "initializer_range", "is_llama_config", "model_type", "output_attentions", "output_hidden_states", "pad_token_id", "pretraining_tp",
        "return_dict", "torch_dtype", "transformers.js_config", "transformers_version", "unsloth_fixed", "unsloth_version", "use_cache",
    };

    /// <param name="keys">config.json.</param>
    /// <param name="headWidth">head_dim of a file that states none, from hidden size and heads; null if it must be stated.</param>
    /// <param name="maxPositions">max_position_embeddings of a file that states none.</param>
    public static DecoderConfig Read(ConfigKeys keys, Func<int, int, int>? headWidth, int maxPositions)
    {
        int before = keys.Problems.Count;
        int vocabularySize = keys.Size("vocab_size");
        int idLimit = keys.Problems.Count == before ? vocabularySize : int.MaxValue;
        int hiddenSize = keys.Size("hidden_size");
        int heads = keys.Size("num_attention_heads");
        var (theta, scaling) = RopeKeys.Read(keys, absentTheta: 10000);
        keys.Only("hidden_act", "silu");
        keys.Only("attention_bias", "false");
        keys.Only("is_encoder_decoder", "false");
        keys.Only("add_cross_attention", "false");
        int[] bos = keys.TokenIds("bos_token_id", idLimit);
        return new()
        {
            ModelType = keys.Text("model_type") ?? "",
            VocabularySize = vocabularySize,
            HiddenSize = hiddenSize,
            Layers = keys.Size("num_hidden_layers"),
            Heads = heads,
            KeyValueHeads = keys.Size("num_key_value_heads", heads),
            HeadWidth = keys.Size("head_dim", keys.Find("head_dim") is null ? headWidth?.Invoke(hiddenSize, heads) : null),
            FeedForwardWidth = keys.Size("intermediate_size"),
            NormEpsilon = (float)keys.Positive("rms_norm_eps", 1e-6),
            Ropes = [new(theta, scaling)],
            TieEmbeddings = keys.Flag("tie_word_embeddings", absent: false),
            MaxPositions = keys.Size("max_position_embeddings", maxPositions),
            EosTokenIds = [.. keys.TokenIds("eos_token_id", idLimit).Distinct()],
            BosTokenId = bos.Length > 0 ? bos[0] : null,
        };
    }

    /// <summary>Refuses unknown keys, and sizes that do not fit one another where each for itself is sound.</summary>
    public static void Finish(ConfigKeys keys, DecoderConfig config)
    {
        string[] layerTypes = keys.Texts("layer_types") ?? [];
        if (layerTypes.FirstOrDefault(type => type != "full_attention") is { } other)
        {
            keys.Problem($"layer_types has {other}; Hone runs full_attention only.");
        }

        keys.RefuseOthers(_harmless);
        if (keys.Problems.Count == 0)
        {
            RequireFittingSizes(keys, config, layerTypes.Length);
        }
    }

    static void RequireFittingSizes(ConfigKeys keys, DecoderConfig config, int layerTypes)
    {
        if (layerTypes != 0 && layerTypes != config.Layers)
        {
            keys.Problem($"layer_types has {layerTypes} entries, expected num_hidden_layers, {config.Layers}.");
        }

        if (config.Heads % config.KeyValueHeads != 0)
        {
            keys.Problem($"num_attention_heads is {config.Heads}, expected a multiple of num_key_value_heads, {config.KeyValueHeads}.");
        }

        if (config.HeadWidth % 2 != 0)
        {
            keys.Problem($"head_dim is {config.HeadWidth}, expected an even number: its halves turn together.");
        }
    }
}
