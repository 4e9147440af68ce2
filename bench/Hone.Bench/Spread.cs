using System.Text.Json.Nodes;

namespace Hone.Bench;

/// <summary>Best, median and worst of repeated figures. For seconds the best is the least, for rates the most.</summary>
public readonly record struct Spread(double Best, double Median, double Worst, int Count)
{
    public static Spread OfSeconds(IEnumerable<double> seconds) => Of([.. seconds.Order()]);

    public static Spread OfRates(IEnumerable<double> rates) => Of([.. rates.OrderDescending()]);

    /// <summary>What is done at these seconds: <paramref name="amount"/> / seconds.</summary>
    public Spread RateOf(double amount) => new(amount / Best, amount / Median, amount / Worst, Count);

    public JsonObject ToJson() => new()
    {
        ["best"] = Round(Best),
        ["median"] = Round(Median),
        ["worst"] = Round(Worst),
        ["n"] = Count,
    };

    /// <summary>Five significant digits: what a timing can carry.</summary>
    public static double Round(double value) =>
        value == 0 || !double.IsFinite(value) ? 0 : double.Parse(value.ToString("G5"));

    /// <summary>The middle one, or the mean of the two in the middle.</summary>
    public static double MedianOf(IReadOnlyCollection<double> values)
    {
        double[] ordered = [.. values.Order()];
        return ordered.Length == 0 ? double.NaN : (ordered[(ordered.Length - 1) / 2] + ordered[ordered.Length / 2]) / 2;
    }

    static Spread Of(double[] bestFirst) =>
        bestFirst.Length == 0 ? throw new ArgumentException("There are no figures to take a median of.") : new(bestFirst[0], MedianOf(bestFirst), bestFirst[^1], bestFirst.Length);
}
