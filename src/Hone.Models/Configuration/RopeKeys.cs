using System.Text.Json;

namespace Hone.Models.Configuration;

/// <summary>
/// Rotary settings in both spellings: <c>rope_theta</c> with <c>rope_scaling</c>, or all of it inside <c>rope_parameters</c>.
/// </summary>
sealed class RopeKeys
{
    // transformers 5 names the sets of a model that has two by the layers that use them.
    const string FullLayers = "full_attention", SlidingLayers = "sliding_attention";

    readonly ConfigKeys _keys;
    readonly int _headWidth;
    readonly double? _theta;
    readonly double? _share;
    readonly RopeScalingKeys _scalings;

    /// <param name="keys">config.json.</param>
    public RopeKeys(ConfigKeys keys, int headWidth, int maxPositions)
    {
        (_keys, _headWidth) = (keys, headWidth);
        _theta = keys.PositiveOrNull("rope_theta");
        _share = Share(keys);
        _scalings = new RopeScalingKeys(maxPositions, keys.SizeOrNull("original_max_position_embeddings"));
    }

    readonly record struct Set(double? Theta, double? Share, RopeScaling? Scaling);

    /// <summary>The one set of a model.</summary>
    public RopeConfig Read(double absentTheta)
    {
        var older = ReadObject(_keys, "rope_scaling");
        var newer = ReadObject(_keys, "rope_parameters");
        if (older is not null && newer is not null && older.Value.Scaling != newer.Value.Scaling)
        {
            _keys.Problem("rope_scaling and rope_parameters contradict each other; keep one of them.");
        }

        double theta = One("rope_theta", absentTheta, _theta, older?.Theta, newer?.Theta);
        return Config(theta, One("partial_rotary_factor", 1, _share, older?.Share, newer?.Share), (newer ?? older)?.Scaling);
    }

    /// <summary>The sets of full and of sliding layers.</summary>
    public (RopeConfig Full, RopeConfig Sliding) ReadBoth(double absentTheta, double absentLocalTheta)
    {
        double? local = _keys.PositiveOrNull("rope_local_base_freq");
        bool nested = _keys.Find("rope_parameters") is { ValueKind: JsonValueKind.Object } json
            && (json.TryGetProperty(FullLayers, out _) || json.TryGetProperty(SlidingLayers, out _));
        if (!nested)
        {
            return (Read(absentTheta), Config(local ?? absentLocalTheta, _share ?? 1, null));
        }

        if (_keys.Find("rope_scaling") is not null)
        {
            _keys.Problem("rope_scaling and rope_parameters stand side by side; keep one of them.");
        }

        var inner = new ConfigKeys(_keys.Find("rope_parameters")!.Value, _keys.Problems, "rope_parameters.");
        var (full, sliding) = (ReadObject(inner, FullLayers), ReadObject(inner, SlidingLayers));
        inner.RefuseOthers(new HashSet<string>());
        return (
            Config(One("rope_theta", absentTheta, _theta, full?.Theta), full?.Share ?? _share ?? 1, full?.Scaling),
            Config(One("rope_local_base_freq", absentLocalTheta, local, sliding?.Theta), sliding?.Share ?? _share ?? 1, sliding?.Scaling));
    }

    Set? ReadObject(ConfigKeys outer, string name)
    {
        if (outer.Find(name) is not { } json)
        {
            return null;
        }

        if (json.ValueKind != JsonValueKind.Object)
        {
            outer.Problem($"{name} is {ConfigKeys.Shown(json)}, expected an object.");
            return null;
        }

        var keys = outer.Inside(json, name);
        double? theta = keys.PositiveOrNull("rope_theta");
        double? share = Share(keys);
        int before = outer.Problems.Count;
        var scaling = _scalings.Read(keys, RotatedWidth(share ?? _share ?? 1) / 2);
        // An unknown type brings unknown keys along; naming the type says it all.
        if (outer.Problems.Count == before)
        {
            keys.RefuseOthers(new HashSet<string>());
        }

        return new Set(theta, share, scaling);
    }

    double One(string name, double absent, params double?[] stated)
    {
        double[] values = [.. stated.OfType<double>().Distinct()];
        if (values.Length > 1)
        {
            _keys.Problem($"{name} has several values ({string.Join(", ", values)}); keep one of them.");
        }

        return values.FirstOrDefault(absent);
    }

    RopeConfig Config(double theta, double share, RopeScaling? scaling)
    {
        int width = RotatedWidth(share);
        if (share != 1 && (width < 2 || width % 2 != 0))
        {
            _keys.Problem($"partial_rotary_factor is {share}, which lets {width} of {_headWidth} components turn; expected an even number.");
        }

        return new RopeConfig(theta, scaling, share == 1 ? null : Math.Max(2, width & ~1));
    }

    int RotatedWidth(double share) => (int)(_headWidth * share);

    static double? Share(ConfigKeys keys)
    {
        double? share = keys.PositiveOrNull("partial_rotary_factor");
        if (share > 1)
        {
            keys.Problem($"partial_rotary_factor is {share}, expected a number above 0, at most 1.");
            return 1;
        }

        return share;
    }
}
