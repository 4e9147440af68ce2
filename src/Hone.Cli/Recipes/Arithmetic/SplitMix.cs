namespace Hone.Cli.Recipes.Arithmetic;

/// <summary>SplitMix64: a short stream of random numbers whose key says all about it.</summary>
/// <remarks>Every record of the recipe draws from a stream of its own, keyed by (seed, purpose, index), so that any
/// record can be made alone and the bytes of a file depend on the seed only, never on the runtime's version.</remarks>
struct SplitMix(ulong key)
{
    const ulong Gamma = 0x9E3779B97F4A7C15;

    ulong _state = key;

    public SplitMix(ulong seed, ulong purpose, ulong index)
        : this(Mix(Mix(Mix(seed + Gamma) ^ purpose) + index * Gamma))
    {
    }

    public ulong Next() => Mix(_state += Gamma);

    /// <summary>A whole number in [0, count).</summary>
    public int Below(int count) => (int)Math.BigMul(Next(), (ulong)count, out _);

    /// <summary>A whole number in [low, high], both included.</summary>
    public int Between(int low, int high) => low + Below(high - low + 1);

    public T Pick<T>(IReadOnlyList<T> choices) => choices[Below(choices.Count)];

    public static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
