using System.Numerics;

namespace Hone.Training.Statistics;

/// <summary>Two-sided test whether a pair of systems differs, from the items that only one of them got right.</summary>
/// <param name="Exact">min(1, 2·P[Bin(n, ½) ≤ min(gained, lost)]), n = gained + lost; 1 when n is 0.</param>
/// <param name="Mid">The same with the observed table counted half, which is less conservative.</param>
public readonly record struct McNemar(double Exact, double Mid)
{
    public static McNemar Of(int gained, int lost)
    {
        if (gained < 0 || lost < 0)
        {
            throw new ArgumentException($"{gained} gained and {lost} lost: counts are 0 or more.");
        }

        int n = gained + lost, smaller = Math.Min(gained, lost);
        BigInteger ways = 1, tail = 1;
        for (int i = 1; i <= smaller; i++)
        {
            ways = ways * (n - i + 1) / i;
            tail += ways;
        }

        return n == 0 ? new(1, 1)
            : gained == lost ? new(1, 1 - OverPowerOfTwo(ways, n + 1))
            : new(OverPowerOfTwo(2 * tail, n), OverPowerOfTwo(2 * tail - ways, n));
    }

    /// <summary>value / 2^power, whatever the size of both.</summary>
    static double OverPowerOfTwo(BigInteger value, int power)
    {
        int drop = (int)Math.Max(0, value.GetBitLength() - 64);
        return Math.ScaleB((double)(value >> drop), drop - power);
    }
}
