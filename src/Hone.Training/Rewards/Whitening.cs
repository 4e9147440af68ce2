using Hone.Training.Statistics;

namespace Hone.Training.Rewards;

/// <summary>What is done to the advantages of a whole step, after the baseline.</summary>
public enum Whitening
{
    None,

    /// <summary>(A − mean) / (std + 1e-4) over the completions, std with n − 1: normalised RLOO.</summary>
    Batch,

    /// <summary>(A − mean) / √max(var, 1e-8) over the completions, var with n: REINFORCE++ with a baseline.</summary>
    Completions,

    /// <summary>The same over the tokens that train, so that a long completion weighs by its length: REINFORCE++.</summary>
    Tokens,
}

/// <summary>Whitening of a step: REINFORCE++ (2501.03262) and normalised RLOO.</summary>
/// <remarks>Use it where groups are small, or one completion for each prompt has to do: the step as a whole is then the baseline.</remarks>
static class Whiten
{
    const double LeastVariance = 1e-8;

    /// <summary>Completions without an advantage stay without.</summary>
    public static double?[] Batch(double?[] advantages)
    {
        var moments = Moments.Of([.. advantages.OfType<double>()]);
        return moments.Count > 1
            ? [.. advantages.Select(a => (a - moments.Mean) / (moments.StandardDeviation + Advantages.Epsilon))]
            : new double?[advantages.Length];
    }

    /// <summary>Completions without an advantage stay without.</summary>
    public static double?[] Completions(double?[] advantages)
    {
        var (mean, std) = Population([.. advantages.OfType<double>()]);
        return [.. advantages.Select(a => (a - mean) / std)];
    }

    /// <summary>Over the tokens of all rows, in place.</summary>
    public static void Tokens(double[][] advantages)
    {
        var (mean, std) = Population([.. advantages.SelectMany(row => row)]);
        foreach (double[] row in advantages)
        {
            for (int t = 0; t < row.Length; t++)
            {
                row[t] = (row[t] - mean) / std;
            }
        }
    }

    static (double Mean, double Std) Population(double[] values)
    {
        var moments = Moments.Of(values);
        double variance = moments.Count > 1 ? moments.StandardDeviation * moments.StandardDeviation * (moments.Count - 1) / moments.Count : 0;
        return (moments.Mean, Math.Sqrt(Math.Max(variance, LeastVariance)));
    }
}
