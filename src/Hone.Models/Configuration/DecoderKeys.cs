using Hone.Tensors;

namespace Hone.Models.Configuration;

/// <summary>What the configurations of all families share: sizes, rotary settings, token ids, and the list of harmless keys.</summary>
static class DecoderKeys
{
    // Read by training code, by the library that wrote them, or by nobody: none of them enters a forward pass.
    static readonly HashSet<string> _harmless = new(StringComparer.Ordinal)
    {
        "_attn_implementation_autoset", "_from_model_config", "_name_or_path", "architectures", "attention_dropout", "cache_implementation",
        "dtype", "initializer_range", "is_llama_config", "model_type", "output_attentions", "output_hidden_states", "pad_token_id",
        "pretraining_tp", "return_dict", "torch_dtype", "transformers.js_config", "transformers_version", "unsloth_fixed", "unsloth_version",
        "use_cache",
    };

    /// <summary>Everything that most families spell alike, biases of attention included. The rotary settings are one set.</summary>
    public static DecoderConfig Read(ConfigKeys keys, FamilyDefaults absent)
    {
        int before = keys.Problems.Count;
        int vocabularySize = keys.Size("vocab_size");
        int idLimit = keys.Problems.Count == before ? vocabularySize : int.MaxValue;
        int hiddenSize = keys.Size("hidden_size");
        int heads = keys.Size("num_attention_heads");
        int maxPositions = keys.Size("max_position_embeddings", absent.MaxPositions);
        int headWidth = HeadWidth(keys, absent, hiddenSize, heads);
        bool attentionBias = keys.Flag("attention_bias", absent: false);
        keys.Only("is_encoder_decoder", "false");
        keys.Only("add_cross_attention", "false");
        return new()
        {
            ModelType = keys.Text("model_type") ?? "",
            VocabularySize = vocabularySize,
            HiddenSize = hiddenSize,
            Layers = Layers(keys),
            Heads = heads,
            KeyValueHeads = keys.Size("num_key_value_heads", heads),
            HeadWidth = headWidth,
            FeedForwardWidth = keys.Size("intermediate_size"),
            NormEpsilon = (float)keys.Positive("rms_norm_eps", absent.NormEpsilon),
            Ropes = absent.ReadsRope ? [new RopeKeys(keys, headWidth, maxPositions).Read(absent.RopeTheta)] : [],
            Activation = ReadActivation(keys, absent),
            QkvBias = attentionBias,
            OutputBias = attentionBias,
            TieEmbeddings = keys.Flag("tie_word_embeddings", absent.TieEmbeddings),
            MaxPositions = maxPositions,
            EosTokenIds = [.. TokenIds(keys, "eos_token_id", idLimit, absent.EosTokenId).Distinct()],
            BosTokenId = TokenIds(keys, "bos_token_id", idLimit, absent.BosTokenId) is [int first, ..] ? first : null,
        };
    }

    /// <summary>Refuses unknown keys, and sizes that do not fit one another where each for itself is sound.</summary>
    public static void Finish(ConfigKeys keys, DecoderConfig config)
    {
        keys.RefuseOthers(_harmless);
        if (keys.Problems.Count > 0)
        {
            return;
        }

        if (config.Heads % config.KeyValueHeads != 0)
        {
            keys.Problem($"num_attention_heads is {config.Heads}, expected a multiple of num_key_value_heads, {config.KeyValueHeads}.");
        }

        if (config.HeadWidth % 2 != 0)
        {
            keys.Problem($"head_dim is {config.HeadWidth}, expected an even number: its halves turn together.");
        }

        foreach (string problem in DecoderSizes.Problems(config))
        {
            keys.Problem(problem);
        }
    }

    static int Layers(ConfigKeys keys)
    {
        int layers = keys.Size("num_hidden_layers");
        if (layers <= DecoderSizes.MostLayers)
        {
            return layers;
        }

        keys.Problem($"num_hidden_layers is {layers}; Hone runs up to {DecoderSizes.MostLayers}.");
        return 1;
    }

    // A file that says nothing means the family's ids; null means none.
    static int[] TokenIds(ConfigKeys keys, string key, int limit, int? absent)
    {
        int[] stated = keys.TokenIds(key, limit);
        return !keys.Has(key) && absent < limit ? [absent.Value] : stated;
    }

    static Activation ReadActivation(ConfigKeys keys, FamilyDefaults absent)
    {
        string name = keys.Text(absent.ActivationKey) ?? absent.Activation;
        switch (name)
        {
            case "silu" or "swish":
                return Activation.Silu;
            case "gelu_pytorch_tanh":
                return Activation.GeluTanh;
            default:
                keys.Problem($"{absent.ActivationKey} is {name}; Hone runs silu and gelu_pytorch_tanh.");
                return Activation.Silu;
        }
    }

    static int HeadWidth(ConfigKeys keys, FamilyDefaults absent, int hiddenSize, int heads)
    {
        if (!absent.DerivesHeadWidth || keys.Find("head_dim") is not null)
        {
            return keys.Size("head_dim");
        }

        if (keys.Problems.Count == 0 && hiddenSize % heads != 0)
        {
            keys.Problem($"hidden_size is {hiddenSize}, expected a multiple of num_attention_heads, {heads}, where head_dim is absent.");
        }

        return Math.Max(1, hiddenSize / heads);
    }
}
