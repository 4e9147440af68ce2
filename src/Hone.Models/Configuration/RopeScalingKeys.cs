namespace Hone.Models.Configuration;

/// <summary>What <c>rope_scaling</c> or <c>rope_parameters</c> says of a scaling.</summary>
/// <param name="maxPositions">max_position_embeddings of the model.</param>
/// <param name="originalMaxPositions">original_max_position_embeddings beside it, which goes before the one inside.</param>
sealed class RopeScalingKeys(int maxPositions, int? originalMaxPositions)
{
    /// <param name="pairs">Pairs of components that turn.</param>
    public RopeScaling? Read(ConfigKeys keys, int pairs)
    {
        // Older files say "type"; where both stand, transformers takes the newer word.
        string? olderType = keys.Text("type");
        string? type = keys.Text("rope_type") ?? olderType;
        int original = originalMaxPositions ?? keys.SizeOrNull("original_max_position_embeddings") ?? maxPositions;
        keys.Ignore("original_max_position_embeddings");
        switch (type)
        {
            case "default":
            case null when !keys.Has("factor"):
                return null;
            case "linear":
                return new RopeScaling.Linear(keys.Positive("factor"));
            case "dynamic":
                return new RopeScaling.Dynamic(keys.Positive("factor"), maxPositions);
            case "llama3":
                return ReadLlamaThree(keys, original);
            // The first Phi-3 files name their factors so.
            case "longrope" or "su":
            case "yarn" when keys.Has("short_factor"):
                return ReadLong(keys, original, pairs);
            case "yarn":
                return ReadYarn(keys, original);
            default:
                keys.Problem($"rope_type is {type ?? "missing"}; Hone runs default, dynamic, linear, llama3, longrope and yarn.");
                return null;
        }
    }

    static RopeScaling.LlamaThree ReadLlamaThree(ConfigKeys keys, int original)
    {
        var scaling = new RopeScaling.LlamaThree(
            keys.Positive("factor"), keys.Positive("low_freq_factor"), keys.Positive("high_freq_factor"), original);
        if (keys.Has("low_freq_factor") && keys.Has("high_freq_factor") && scaling.HighFrequencyFactor <= scaling.LowFrequencyFactor)
        {
            keys.Problem(
                $"high_freq_factor is {scaling.HighFrequencyFactor}, expected more than low_freq_factor, {scaling.LowFrequencyFactor}.");
        }

        return scaling;
    }

    RopeScaling.Yarn ReadYarn(ConfigKeys keys, int original)
    {
        double factor = keys.PositiveOrNull("factor") ?? (double)maxPositions / original;
        double? mscale = keys.PositiveOrNull("mscale"), mscaleOfAll = keys.PositiveOrNull("mscale_all_dim");
        double attention = mscale is { } one && mscaleOfAll is { } all ? Mscale(factor, one) / Mscale(factor, all) : Mscale(factor, 1);
        return new RopeScaling.Yarn(
            factor, original, keys.Positive("beta_fast", 32), keys.Positive("beta_slow", 1), keys.Flag("truncate", absent: true),
            keys.Positive("attention_factor", attention));
    }

    static double Mscale(double factor, double mscale) => factor <= 1 ? 1 : (0.1 * mscale * Math.Log(factor)) + 1;

    RopeScaling.Long ReadLong(ConfigKeys keys, int original, int pairs)
    {
        double factor = keys.PositiveOrNull("factor") ?? (double)maxPositions / original;
        double attention = factor <= 1 ? 1 : Math.Sqrt(1 + (Math.Log(factor) / Math.Log(original)));
        return new RopeScaling.Long(
            Factors(keys, "short_factor", pairs), Factors(keys, "long_factor", pairs), original,
            keys.Positive("attention_factor", attention));
    }

    static ValueList<float> Factors(ConfigKeys keys, string key, int pairs)
    {
        if (keys.Find(key) is null)
        {
            keys.Problem($"{key} is missing.");
            return [];
        }

        var factors = keys.Numbers(key, number => number > 0, "numbers above 0");
        if (factors is not null && factors.Length != pairs)
        {
            keys.Problem($"{key} has {factors.Length} numbers, expected {pairs}, one for each pair of components that turn.");
        }

        return [.. (factors ?? []).Select(number => (float)number)];
    }
}
