namespace Hone.Jobs.Checks;

/// <summary>The share of groups that will carry a signal: whose rewards are not all equal.</summary>
/// <remarks>
/// Of two kinds of score, p of a prompt is taken to be spread over prompts as Beta(a, b), fitted to the prompts' counts by their moments
/// (Skellam, 1948); then 1 − E[p^G] − E[(1 − p)^G]. Of more kinds: for each prompt the chance that G answers drawn from those seen, without
/// replacement while they last, are not all equal; beyond what was seen that is a lower bound.
/// </remarks>
public static class SignalForecast
{
    /// <param name="scores">Scores of each prompt's answers.</param>
    /// <param name="size">Answers in a group (G).</param>
    public static double Share(IReadOnlyList<double[]> scores, int size)
    {
        double[] kinds = [.. scores.SelectMany(group => group).Distinct().Take(3)];
        return kinds.Length < 2 ? 0
            : kinds.Length == 2 ? OfTwo([.. scores.Select(group => (group.Count(score => score == kinds[0]), group.Length))], size)
            : scores.Average(group => OfSeveral(group, Math.Min(size, group.Length)));
    }

    static double OfTwo(IReadOnlyList<(int Count, int Of)> prompts, int size)
    {
        double mean = prompts.Average(one => (double)one.Count / one.Of);
        double n = prompts.Average(one => (double)one.Of);
        double variance = prompts.Average(one => Math.Pow(((double)one.Count / one.Of) - mean, 2));

        // var(c/n) = p(1 − p)·(1 + (n − 1)ρ)/n, ρ = 1/(a + b + 1).
        double spread = mean * (1 - mean);
        double rho = n > 1 ? Math.Clamp(((variance / spread * n) - 1) / (n - 1), 0, 0.999) : 0;
        if (rho < 1e-6)
        {
            return 1 - Math.Pow(mean, size) - Math.Pow(1 - mean, size);
        }

        double total = (1 / rho) - 1;
        return 1 - AllOf(mean * total, total, size) - AllOf((1 - mean) * total, total, size);
    }

    // E[p^G] of Beta(a, total − a).
    static double AllOf(double a, double total, int size)
    {
        double product = 1;
        for (int i = 0; i < size; i++)
        {
            product *= (a + i) / (total + i);
        }

        return product;
    }

    static double OfSeveral(double[] scores, int size)
    {
        double equal = 0;
        foreach (var kind in scores.GroupBy(score => score))
        {
            double all = 1;
            for (int i = 0; i < size; i++)
            {
                all *= Math.Max(0.0, kind.Count() - i) / (scores.Length - i);
            }

            equal += all;
        }

        return 1 - equal;
    }
}
