using System.Text.Json;

namespace Hone.Models.Configuration;

/// <summary>What the configurations of models with experts share.</summary>
static class ExpertKeys
{
    // Far beyond any model: a larger number is a damaged file, and would have names of tensors made for it.
    const int MostExperts = 4096;

    /// <summary>Number and width of experts. Older and newer files name the number differently.</summary>
    public static ExpertsConfig Read(ConfigKeys keys, string widthKey)
    {
        var (older, newer) = (keys.SizeOrNull("num_experts"), keys.SizeOrNull("num_local_experts"));
        if (older is not null && newer is not null && older != newer)
        {
            keys.Problem($"num_experts is {older}, but num_local_experts is {newer}; keep one of them.");
        }

        var experts = new ExpertsConfig
        {
            Count = newer ?? older ?? keys.Size("num_experts"),
            PerToken = keys.Size("num_experts_per_tok"),
            FeedForwardWidth = keys.Size(widthKey),
        };
        if (experts.Count > MostExperts)
        {
            keys.Problem($"the number of experts is {experts.Count}; Hone runs up to {MostExperts}.");
        }

        if (experts.PerToken > experts.Count)
        {
            keys.Problem($"num_experts_per_tok is {experts.PerToken}, expected at most the number of experts, {experts.Count}.");
        }

        // They weigh the router's loss while a model is made.
        keys.Ignore("router_aux_loss_coef", "output_router_logits");
        return experts;
    }

    /// <summary>Layer n, counted from 0, has experts unless mlp_only_layers names it or n + 1 is no multiple of decoder_sparse_step.</summary>
    public static ValueList<LayerConfig> SparseLayers(ConfigKeys keys, ValueList<LayerConfig> layers, int count)
    {
        int step = keys.Size("decoder_sparse_step", 1);
        double[] dense = keys.Numbers("mlp_only_layers", number => number >= 0 && number == Math.Floor(number), "whole numbers of 0 or more") ?? [];
        return LayerKeys.Of(count, layer => (layers.Count == 0 ? LayerConfig.Plain : layers[layer]) with
        {
            HasExperts = (layer + 1) % step == 0 && !dense.Contains(layer),
        });
    }

    /// <summary>Whether quantization_config says MXFP4; any other method is refused.</summary>
    public static bool IsMxfp4(ConfigKeys keys)
    {
        if (keys.Find("quantization_config") is not { } json)
        {
            return false;
        }

        if (json.ValueKind != JsonValueKind.Object)
        {
            keys.Problem($"quantization_config is {ConfigKeys.Shown(json)}, expected an object.");
            return false;
        }

        var inner = keys.Inside(json, "quantization_config");
        inner.Only("quant_method", "mxfp4");
        inner.RefuseOthers(new HashSet<string> { "modules_to_not_convert", "dequantize" });
        return true;
    }
}
