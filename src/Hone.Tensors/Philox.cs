namespace Hone.Tensors;

/// <summary>Four random words.</summary>
public readonly record struct UInt4(uint X, uint Y, uint Z, uint W);

/// <summary>
/// Random numbers as a function: Philox4x32-10, a bijection of four counters under a key from (seed, purpose). The same key and counters
/// give the same numbers, at any time, in any order, on any machine; there is no state.
/// </summary>
/// <remarks>
/// A purpose (sampling, initialisation, shuffling …) names an independent family of numbers: its key is the Philox block of the counter
/// (purpose, 0, 0, 0) under the seed. One counter gives one number of each kind below; take another counter for another number.
/// </remarks>
public readonly struct Philox
{
    const int Rounds = 10;
    const uint Multiplier0 = 0xD2511F53, Multiplier1 = 0xCD9E8D57;
    const uint Weyl0 = 0x9E3779B9, Weyl1 = 0xBB67AE85;

    readonly uint _key0, _key1;

    public Philox(ulong seed, uint purpose)
    {
        var key = Block(new(purpose, 0, 0, 0), (uint)seed, (uint)(seed >> 32));
        (_key0, _key1) = (key.X, key.Y);
    }

    public UInt4 At(uint a, uint b, uint c, uint d) => Block(new(a, b, c, d), _key0, _key1);

    /// <summary>Uniform in [0, 1), a multiple of 2^−24.</summary>
    public float Uniform(uint a, uint b, uint c, uint d) => (At(a, b, c, d).X >> 8) * (1f / (1 << 24));

    /// <summary>Uniform in [0, 1), a multiple of 2^−53.</summary>
    public double UniformDouble(uint a, uint b, uint c, uint d)
    {
        var words = At(a, b, c, d);
        return Fraction(words.X, words.Y);
    }

    /// <summary>Two independent standard normal numbers (Box and Muller, in double).</summary>
    public (double First, double Second) Normal(uint a, uint b, uint c, uint d)
    {
        var words = At(a, b, c, d);
        double radius = Math.Sqrt(-2 * Math.Log(1 - Fraction(words.X, words.Y)));
        var (sine, cosine) = Math.SinCos(2 * Math.PI * Fraction(words.Z, words.W));
        return (radius * cosine, radius * sine);
    }

    internal static UInt4 Block(UInt4 counter, uint key0, uint key1)
    {
        var (x, y, z, w) = counter;
        for (int round = 0; round < Rounds; round++)
        {
            ulong product0 = (ulong)Multiplier0 * x;
            ulong product1 = (ulong)Multiplier1 * z;
            (x, y, z, w) = ((uint)(product1 >> 32) ^ y ^ key0, (uint)product1, (uint)(product0 >> 32) ^ w ^ key1, (uint)product0);
            key0 += Weyl0;
            key1 += Weyl1;
        }

        return new(x, y, z, w);
    }

    static double Fraction(uint high, uint low) => (((ulong)(high >> 5) << 26) | (low >> 6)) * (1.0 / (1UL << 53));
}
