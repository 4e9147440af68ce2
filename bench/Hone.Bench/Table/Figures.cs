using System.Text.Json.Nodes;

namespace Hone.Bench.Table;

/// <summary>The ways in which a row's number comes out of the lines of its processes.</summary>
static class Figures
{
    /// <summary>The number at a path of the one line that has these values.</summary>
    public static FigureOf Of(string path, params (string Name, JsonNode Value)[] where) =>
        commands => Cells(commands[0], path, where) is [var one] ? one : null;

    /// <summary>The median over the cells of a grid.</summary>
    public static FigureOf MedianCell(string path) => commands => Cells(commands[0], path) is { Length: > 0 } cells ? Spread.MedianOf(cells) : null;

    public static FigureOf WorstCell(string path) => commands => Cells(commands[0], path) is { Length: > 0 } cells ? cells.Min() : null;

    /// <summary>The second command's number divided by the first one's.</summary>
    public static FigureOf Ratio(string path) =>
        commands => Cells(commands[0], path) is [var first] && Cells(commands[1], path) is [var second] ? second / first : null;

    static double[] Cells(IReadOnlyList<JsonObject> lines, string path, params (string Name, JsonNode Value)[] where) =>
    [
        .. lines.Where(line => BenchLine.Has(line, where))
            .Select(line => BenchLine.Number(line, path)).OfType<double>(),
    ];
}
