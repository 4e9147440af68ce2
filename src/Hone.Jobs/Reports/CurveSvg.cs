using System.Globalization;

namespace Hone.Jobs.Reports;

/// <summary>Draws a curve as inline SVG, readable without script.</summary>
static class CurveSvg
{
    const int Width = 480, Height = 220, Left = 46, Right = 10, Top = 10, Bottom = 26, MostPoints = 400;

    public static Html Draw(Curve curve)
    {
        CurveLine[] lines = [.. curve.Lines.Select(Finite).Where(line => line.Points.Count > 0)];
        if (lines.Length == 0)
        {
            return Html.Of($"""<p class="empty">No points were recorded.</p>""");
        }

        var x = Axis.Over(lines.SelectMany(line => line.Points).Select(point => point.Step), wholeNumbers: true);
        double[] values = [.. lines.SelectMany(line => line.Points).Select(point => point.Value)];
        var y = curve.IsShare && values.All(value => value is >= 0 and <= 1) ? new Axis(0, 1, 0.25) : Axis.Over(values, wholeNumbers: false);
        return Html.Of($"""
            <svg viewBox="0 0 {Width} {Height}" role="img" aria-label="{curve.Title}" data-unit="{curve.Unit}">
            {y.Ticks().Select(tick => HorizontalTick(y, tick))}{x.Ticks().Select(tick => VerticalTick(x, tick))}
            {lines.Select((line, index) => Line(line, index, x, y))}
            <g class="hover"><line y1="{Top}" y2="{Height - Bottom}"/><text y="{Top + 10}"></text></g>
            </svg>
            """);
    }

    static CurveLine Finite(CurveLine line) => line with { Points = [.. line.Points.Where(point => double.IsFinite(point.Value))] };

    static Html Line(CurveLine line, int index, Axis x, Axis y)
    {
        var points = Thin(line.Points);
        string kind = line.IsMarked ? "marked" : index == 0 ? "first" : "second";
        var drawn = line.IsMarked || points.Count < 8 ? points : Smooth(points);
        return Html.Of($"""
            <g class="{kind}" data-name="{line.Name}" data-points="{string.Join(' ', points.Select(point => $"{Number(point.Step)},{Number(point.Value)},{Place(x, point.Step, 0):F1}"))}">
            {(drawn == points ? Html.Empty : Html.Of($"""<polyline class="raw" points="{Path(points, x, y)}"/>"""))}
            <polyline points="{Path(drawn, x, y)}"/>
            {(line.IsMarked ? points.Select(point => Html.Of($"""<circle cx="{Place(x, point.Step, 0):F1}" cy="{Place(y, point.Value, 1):F1}" r="3"/>""")) : [])}
            </g>
            """);
    }

    static Html HorizontalTick(Axis axis, double tick)
    {
        double y = Place(axis, tick, 1);
        return Html.Of($"""<line class="grid" x1="{Left}" x2="{Width - Right}" y1="{y:F1}" y2="{y:F1}"/><text class="tick" x="{Left - 6}" y="{y + 3.5:F1}" text-anchor="end">{Number(tick)}</text>""");
    }

    static Html VerticalTick(Axis axis, double tick) =>
        Html.Of($"""<text class="tick" x="{Place(axis, tick, 0):F1}" y="{Height - 8}" text-anchor="middle">{Number(tick)}</text>""");

    static string Path(IReadOnlyList<(double Step, double Value)> points, Axis x, Axis y) =>
        string.Join(' ', points.Select(point => $"{Place(x, point.Step, 0):F1},{Place(y, point.Value, 1):F1}"));

    static double Place(Axis axis, double value, int dimension) => dimension == 0
        ? Left + axis.Share(value) * (Width - Left - Right)
        : Height - Bottom - axis.Share(value) * (Height - Top - Bottom);

    static string Number(double value) =>
        value.ToString(value != 0 && Math.Abs(value) < 0.001 ? "0.##E-0" : "0.####", CultureInfo.InvariantCulture);

    /// <summary>Means of equal stretches, so that a long run stays a small page.</summary>
    static IReadOnlyList<(double Step, double Value)> Thin(IReadOnlyList<(double Step, double Value)> points)
    {
        int stretch = (points.Count + MostPoints - 1) / MostPoints;
        return stretch <= 1 ? points : [.. points.Chunk(stretch).Select(chunk => (chunk[0].Step, chunk.Average(point => point.Value)))];
    }

    /// <summary>A centred triangular mean over about a tenth of the run.</summary>
    static IReadOnlyList<(double Step, double Value)> Smooth(IReadOnlyList<(double Step, double Value)> points)
    {
        int reach = Math.Max(2, points.Count / 20);
        return [.. points.Select((point, i) =>
        {
            double sum = 0, weights = 0;
            for (int j = Math.Max(0, i - reach); j <= Math.Min(points.Count - 1, i + reach); j++)
            {
                double weight = reach + 1 - Math.Abs(i - j);
                sum += weight * points[j].Value;
                weights += weight;
            }

            return (point.Step, sum / weights);
        })];
    }
}

/// <summary>A range of values that ends on round numbers.</summary>
readonly record struct Axis(double Low, double High, double Tick)
{
    public static Axis Over(IEnumerable<double> values, bool wholeNumbers)
    {
        double[] all = [.. values];
        double low = all.Min(), high = all.Max();
        if (wholeNumbers)
        {
            return new(low, Math.Max(high, low + 1), Math.Max(1, Math.Ceiling(Round((high - low) / 6))));
        }

        if (high - low < 1e-9 * Math.Max(1, Math.Abs(high)))
        {
            double margin = high == 0 ? 1 : Math.Abs(high) / 2;
            (low, high) = (low - margin, high + margin);
        }

        // Curves that are never negative and come near 0 are read against 0.
        low = low >= 0 && low < 0.6 * high ? 0 : low;
        double tick = Round((high - low) / 4);
        double bottom = Math.Floor(low / tick) * tick;
        return new(bottom, Math.Max(Math.Ceiling(high / tick - 1e-9) * tick, bottom + tick), tick);
    }

    public double Share(double value) => (value - Low) / (High - Low);

    public IEnumerable<double> Ticks()
    {
        for (double k = Math.Ceiling(Low / Tick - 1e-9); k * Tick <= High + 1e-9 * Tick; k++)
        {
            yield return k * Tick + 0.0; // no negative zero
        }
    }

    /// <summary>The next 1, 2, 2.5 or 5 times a power of ten.</summary>
    static double Round(double value)
    {
        double power = Math.Pow(10, Math.Floor(Math.Log10(Math.Max(value, 1e-12))));
        return power * (value / power) switch { <= 1 => 1, <= 2 => 2, <= 2.5 => 2.5, <= 5 => 5, _ => 10 };
    }
}
