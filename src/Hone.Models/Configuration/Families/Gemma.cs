namespace Hone.Models.Configuration.Families;

/// <summary>What Gemma 2 and Gemma 3 share: four norms a layer that multiply by 1 + w, scaled embeddings, tanh-GELU, a scale of scores of their own.</summary>
static class Gemma
{
    public static DecoderConfig Read(ConfigKeys keys, FamilyDefaults absent)
    {
        var config = DecoderKeys.Read(keys, absent with
        {
            TieEmbeddings = true,
            DerivesHeadWidth = false,
            ActivationKey = "hidden_activation",
            Activation = "gelu_pytorch_tanh",
            BosTokenId = 2,
            EosTokenId = 1,
        });
        keys.RequireStated("num_key_value_heads");
        // Stands beside hidden_activation in older files; transformers does not read it.
        if (keys.Text("hidden_act") is { } older and not ("gelu" or "gelu_pytorch_tanh"))
        {
            keys.Problem($"hidden_act is {older}, but Gemma's gate is hidden_activation's gelu_pytorch_tanh.");
        }

        keys.Only("use_bidirectional_attention", "false");
        return config with
        {
            NormAddsOne = true,
            Norms = NormPlacement.BeforeAndAfter,
            EmbeddingScale = (float)Math.Sqrt(config.HiddenSize),
            AttentionScale = (float)(1 / Math.Sqrt(keys.Positive("query_pre_attn_scalar", 256))),
            ScoreSoftCap = (float?)keys.PositiveOrNull("attn_logit_softcapping"),
            LogitSoftCap = (float?)keys.PositiveOrNull("final_logit_softcapping"),
        };
    }
}
