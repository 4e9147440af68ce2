namespace Hone.Training.Statistics;

/// <summary>How far two measures put the same items into the same order: 1 the same, −1 the opposite. NaN where either is constant.</summary>
public static class RankCorrelation
{
    /// <summary>Spearman's ρ: the correlation of ranks; equal values share the mean of theirs.</summary>
    public static double Spearman(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        Require(x, y);
        double[] a = Ranks(x), b = Ranks(y);
        double mean = (x.Length + 1) / 2.0, ab = 0, aa = 0, bb = 0;
        for (int i = 0; i < a.Length; i++)
        {
            ab += (a[i] - mean) * (b[i] - mean);
            aa += (a[i] - mean) * (a[i] - mean);
            bb += (b[i] - mean) * (b[i] - mean);
        }

        return ab / Math.Sqrt(aa * bb);
    }

    /// <summary>Kendall's τ-b: (agreeing − disagreeing pairs) / √(pairs that x parts · pairs that y parts).</summary>
    public static double KendallTauB(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        Require(x, y);
        long sum = 0, partedX = 0, partedY = 0;
        for (int i = 0; i < x.Length; i++)
        {
            for (int j = i + 1; j < x.Length; j++)
            {
                int inX = x[i].CompareTo(x[j]), inY = y[i].CompareTo(y[j]);
                sum += inX * inY;
                partedX += inX * inX;
                partedY += inY * inY;
            }
        }

        return sum / Math.Sqrt((double)partedX * partedY);
    }

    /// <summary>Ranks from 1; equal values share the mean of theirs.</summary>
    static double[] Ranks(ReadOnlySpan<double> values)
    {
        double[] sorted = values.ToArray(), ranks = new double[values.Length];
        int[] order = [.. Enumerable.Range(0, sorted.Length)];
        Array.Sort(sorted, order);
        for (int first = 0, end; first < sorted.Length; first = end)
        {
            end = first + 1;
            while (end < sorted.Length && sorted[end] == sorted[first])
            {
                end++;
            }

            for (int i = first; i < end; i++)
            {
                ranks[order[i]] = (first + 1 + end) / 2.0;
            }
        }

        return ranks;
    }

    static void Require(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        if (x.Length != y.Length)
        {
            throw new ArgumentException($"{x.Length} values cannot be ranked against {y.Length}.");
        }
    }
}
