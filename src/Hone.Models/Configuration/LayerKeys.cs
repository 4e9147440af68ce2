namespace Hone.Models.Configuration;

/// <summary>What config.json says of each layer.</summary>
static class LayerKeys
{
    const string Full = "full_attention", Sliding = "sliding_attention";

    /// <summary>Which layers slide: as <c>layer_types</c> says, and without it as the family does.</summary>
    /// <param name="window">Null: no layer of the family slides.</param>
    public static bool[] Slides(ConfigKeys keys, DecoderConfig config, int? window, Func<int, bool> slides)
    {
        bool[] byFamily = [.. Enumerable.Range(0, config.Layers).Select(layer => window is not null && slides(layer))];
        if (keys.Texts("layer_types") is not { } types)
        {
            return byFamily;
        }

        if (types.FirstOrDefault(type => type is not (Full or Sliding)) is { } other)
        {
            keys.Problem($"layer_types has {other}; Hone runs {Full} and {Sliding}.");
        }
        else if (window is null && types.Contains(Sliding))
        {
            keys.Problem($"layer_types has {Sliding}, but no sliding_window is in use.");
        }
        else if (types.Length != config.Layers)
        {
            keys.Problem($"layer_types has {types.Length} entries, expected num_hidden_layers, {config.Layers}.");
        }
        else
        {
            return [.. types.Select(type => type == Sliding)];
        }

        return byFamily;
    }

    /// <summary>One configuration for each layer, or none where all are plain.</summary>
    public static ValueList<LayerConfig> Of(int layers, Func<int, LayerConfig> layer)
    {
        LayerConfig[] all = [.. Enumerable.Range(0, layers).Select(layer)];
        return Array.TrueForAll(all, one => one == LayerConfig.Plain) ? [] : [.. all];
    }

    /// <summary>Windows alone.</summary>
    public static ValueList<LayerConfig> Windows(ConfigKeys keys, DecoderConfig config, int? window, Func<int, bool> slides)
    {
        bool[] sliding = Slides(keys, config, window, slides);
        return Of(config.Layers, layer => sliding[layer] ? new LayerConfig { Window = window } : LayerConfig.Plain);
    }

    /// <summary>No layer slides.</summary>
    public static void AllFull(ConfigKeys keys, DecoderConfig config) => Slides(keys, config, null, _ => false);

    /// <summary>
    /// The window of Qwen's form: it counts only where <c>use_sliding_window</c> says so, and then in layers from <c>max_window_layers</c> on.
    /// </summary>
    public static ValueList<LayerConfig> SwitchedWindows(ConfigKeys keys, DecoderConfig config)
    {
        bool used = keys.Flag("use_sliding_window", absent: false);
        int? window = WindowOr(keys, absent: 4096);
        int first = keys.Count("max_window_layers", absent: 28);
        return Windows(keys, config, used ? window : null, layer => layer >= first);
    }

    /// <summary><c>sliding_window</c>: null means none, absence what the family says.</summary>
    public static int? WindowOr(ConfigKeys keys, int? absent) => keys.Has("sliding_window") ? keys.SizeOrNull("sliding_window") : absent;
}
