using System.Text.Json;

namespace Hone.Models.Configuration;

/// <summary>
/// Rotary settings in both spellings: <c>rope_theta</c> with <c>rope_scaling</c>, or all of it inside <c>rope_parameters</c>.
/// </summary>
static class RopeKeys
{
    // Written beside every type by newer files; only llama3 uses it, and reads it itself.
    static readonly HashSet<string> _harmless = new(StringComparer.Ordinal) { "original_max_position_embeddings" };

    public static (double Theta, RopeScaling? Scaling) Read(ConfigKeys keys, double absentTheta)
    {
        double? outer = keys.Find("rope_theta") is null ? null : keys.Positive("rope_theta");
        keys.Only("partial_rotary_factor", "1");
        var older = ReadObject(keys, "rope_scaling");
        var newer = ReadObject(keys, "rope_parameters");
        if (older is not null && newer is not null && older.Value.Scaling != newer.Value.Scaling)
        {
            keys.Problem("rope_scaling and rope_parameters contradict each other; keep one of them.");
        }

        double?[] thetas = [outer, older?.Theta, newer?.Theta];
        double[] stated = [.. thetas.OfType<double>().Distinct()];
        if (stated.Length > 1)
        {
            keys.Problem($"rope_theta has several values ({string.Join(", ", stated)}); keep one of them.");
        }

        return (stated.FirstOrDefault(absentTheta), (newer ?? older)?.Scaling);
    }

    static (double? Theta, RopeScaling? Scaling)? ReadObject(ConfigKeys outer, string name)
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

        var keys = new ConfigKeys(json, outer.Problems, $"{name}.");
        // Older files say "type"; where both stand, transformers takes the newer word.
        string? olderType = keys.Text("type");
        string? type = keys.Text("rope_type") ?? olderType;
        double? theta = keys.Find("rope_theta") is null ? null : keys.Positive("rope_theta");
        keys.Only("partial_rotary_factor", "1");
        int before = outer.Problems.Count;
        var scaling = ReadType(keys, type);
        // An unknown type brings unknown keys along; naming the type says it all.
        if (outer.Problems.Count == before)
        {
            keys.RefuseOthers(_harmless);
        }

        return (theta, scaling);
    }

    static RopeScaling? ReadType(ConfigKeys keys, string? type)
    {
        switch (type)
        {
            case "default":
            case null when !keys.Has("factor"):
                return null;
            case "linear":
                return new RopeScaling.Linear(keys.Positive("factor"));
            case "llama3":
                return ReadLlamaThree(keys);
            default:
                keys.Problem($"rope_type is {type ?? "missing"}; Hone runs default, linear and llama3.");
                return null;
        }
    }

    static RopeScaling.LlamaThree ReadLlamaThree(ConfigKeys keys)
    {
        var scaling = new RopeScaling.LlamaThree(
            keys.Positive("factor"),
            keys.Positive("low_freq_factor"),
            keys.Positive("high_freq_factor"),
            keys.Size("original_max_position_embeddings"));
        if (keys.Has("low_freq_factor") && keys.Has("high_freq_factor") && scaling.HighFrequencyFactor <= scaling.LowFrequencyFactor)
        {
            keys.Problem(
                $"high_freq_factor is {scaling.HighFrequencyFactor}, expected more than low_freq_factor, {scaling.LowFrequencyFactor}.");
        }

        return scaling;
    }
}
