namespace Hone.Training.Statistics;

/// <summary>Agreement of two raters beyond chance.</summary>
/// <param name="Agreement">p = share of items on the diagonal.</param>
/// <param name="Chance">e = Σ row share · column share: the agreement of raters who draw from their own shares.</param>
/// <param name="Kappa">(p − e) / (1 − e); NaN where e is 1: both know one category only.</param>
/// <param name="Interval">κ ± 1.96 · √(p(1 − p) / n) / (1 − e).</param>
public readonly record struct CohenKappa(double Agreement, double Chance, double Kappa, Interval Interval)
{
    /// <param name="table">table[a][b]: items that the first rater put into a and the second into b.</param>
    public static CohenKappa Of(IReadOnlyList<IReadOnlyList<int>> table)
    {
        if (table.Any(row => row.Count != table.Count))
        {
            throw new ArgumentException($"{table.Count} rows with {table[0].Count} columns: both raters need the same categories.");
        }

        double n = table.Sum(row => (double)row.Sum());
        double agreement = table.Select((row, a) => row[a]).Sum() / n;
        double chance = table.Select((row, a) => row.Sum() / n * table.Sum(other => other[a]) / n).Sum();
        if (!(chance < 1))
        {
            return new(agreement, chance, double.NaN, new(double.NaN, double.NaN));
        }

        double kappa = (agreement - chance) / (1 - chance);
        double half = Interval.NormalQuantile * Math.Sqrt(agreement * (1 - agreement) / n) / (1 - chance);
        return new(agreement, chance, kappa, new(Math.Max(-1, kappa - half), Math.Min(1, kappa + half)));
    }
}
