namespace Hone.Cli.Views;

/// <summary>A curve in one line of block characters.</summary>
static class Sparkline
{
    const string Blocks = "▁▂▃▄▅▆▇█";

    /// <summary>The values between <paramref name="low"/> and <paramref name="high"/>, squeezed to <paramref name="width"/> characters by averaging.</summary>
    public static string Of(IReadOnlyList<double> values, int width, double low, double high)
    {
        int columns = Math.Min(width, values.Count);
        return string.Concat(Enumerable.Range(0, columns).Select(column =>
        {
            int from = column * values.Count / columns, to = Math.Max(from + 1, (column + 1) * values.Count / columns);
            double mean = values.Skip(from).Take(to - from).Where(double.IsFinite).DefaultIfEmpty(low).Average();
            double share = high > low ? Math.Clamp((mean - low) / (high - low), 0, 1) : 0;
            return Blocks[(int)Math.Round(share * (Blocks.Length - 1))];
        }));
    }
}
