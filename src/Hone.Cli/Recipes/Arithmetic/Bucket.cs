namespace Hone.Cli.Recipes.Arithmetic;

/// <summary>The four parts that the problems are split into. None shares a (template, numbers) with another.</summary>
enum Bucket
{
    /// <summary>What the base model was trained on.</summary>
    Pretraining,

    /// <summary>What reinforcement draws its prompts from.</summary>
    Train,

    /// <summary>Held out; settings are chosen on it.</summary>
    Development,

    /// <summary>Held out; no setting is chosen on it, and the figures that are published come from it.</summary>
    Published,
}

static class Buckets
{
    /// <summary>The bucket of a (template, numbers) key.</summary>
    /// <remarks>A function of the key alone, not of a seed: data made with one seed never meets the held-out data
    /// made with another.</remarks>
    public static Bucket Of(string key) => (Hash(key) % 100) switch
    {
        < 76 => Bucket.Pretraining,
        < 84 => Bucket.Train,
        < 92 => Bucket.Development,
        _ => Bucket.Published,
    };

    // FNV-1a, then SplitMix's finish: FNV alone leaves the low bits of short keys uneven.
    static ulong Hash(string key)
    {
        ulong hash = 0xCBF29CE484222325;
        foreach (char c in key)
        {
            hash = (hash ^ c) * 0x100000001B3;
        }

        return SplitMix.Mix(hash);
    }
}
