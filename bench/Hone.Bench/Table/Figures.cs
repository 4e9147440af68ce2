using System.Text.Json.Nodes;

namespace Hone.Bench.Table;

/// <summary>The ways in which a row's number comes out of the lines of its processes.</summary>
static class Figures
{
    /// <summary>The number at a path of the one line that has these values.</summary>
    public static FigureOf Of(string path, params (string Name, JsonNode Value)[] where) =>
        commands => Cells(commands[0], path, where) is [var one] ? one : null;

    /// <summary>The median over the cells of a grid.</summary>
    public static double? MedianCell(double[] cells) => cells.Length > 0 ? Spread.MedianOf(cells) : null;

    public static double? WorstCell(double[] cells) => cells.Length > 0 ? cells.Min() : null;

    /// <summary>What a choice makes of the cells of one process.</summary>
    public static FigureOf OfCells(string path, Func<double[], double?> choose) => commands => choose(Cells(commands[0], path));

    /// <summary>What a choice makes of each cell's median over all processes. The first command's lines are looked at.</summary>
    public static Func<IReadOnlyList<IReadOnlyList<JsonObject>>, double?> OfMedianCells(string path, Func<double[], double?> choose) =>
        processes => choose([.. processes.SelectMany(lines => lines).GroupBy(CellOf)
            .Select(cell => cell.Select(line => BenchLine.Number(line, path)).OfType<double>().ToArray())
            .Where(found => found.Length > 0).Select(Spread.MedianOf)]);

    static string CellOf(JsonObject line) => string.Join(' ', line["role"], line["m"], line["n"], line["k"], line["weights"]);

    /// <summary>The second command's number divided by the first one's.</summary>
    public static FigureOf Ratio(string path) =>
        commands => Cells(commands[0], path) is [var first] && Cells(commands[1], path) is [var second] ? second / first : null;

    static double[] Cells(IReadOnlyList<JsonObject> lines, string path, params (string Name, JsonNode Value)[] where) =>
    [
        .. lines.Where(line => BenchLine.Has(line, where))
            .Select(line => BenchLine.Number(line, path)).OfType<double>(),
    ];
}
