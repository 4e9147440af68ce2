using System.Text;
using System.Text.Json.Nodes;

namespace Hone.Bench.Table;

/// <summary>Makes a results folder's README from its raw lines: every row with its figure, its peer, its target and the verdict.</summary>
public static class TableWriter
{
    /// <param name="machine">The folder's name.</param>
    public static string Write(string machine, IReadOnlyList<TableRow> rows, TableResults results, PeerFigures peers)
    {
        var text = new StringBuilder();
        text.Append($"# {machine}\n\nWritten by `hone bench table`; raw lines are in `results.jsonl`.\n\n");
        WriteMachine(text, results.Lines);
        text.Append("\n| row | work | measured | peer | score | floor | moonshot | verdict |\n|---|---|---|---|---|---|---|---|\n");
        foreach (var row in rows)
        {
            WriteRow(text, row, results, peers);
        }

        text.Append("\nA figure is the median over processes (of a grid: the median or the worst of its cells, each the median over processes), a verdict what it reaches. Others' load is the share of the machine that other processes took.\n\n");
        text.Append("| row | processes | least to most | others' load | commit | command |\n|---|---|---|---|---|---|\n");
        foreach (var row in rows)
        {
            WriteOrigin(text, row, results);
        }

        return text.ToString();
    }

    /// <summary>The number of a row in each process that gave one.</summary>
    public static double[] FiguresOf(TableRow row, TableResults results) =>
        [.. results.Of(row).Select(process => row.Figure(process)).OfType<double>()];

    /// <summary>The number of a row over all processes; null if none gave one.</summary>
    public static double? FigureOf(TableRow row, TableResults results)
    {
        double[] figures = FiguresOf(row, results);
        return figures.Length == 0 ? null
            : row.FigureOfAll is { } all ? all([.. results.Of(row).Select(process => process[0])]) : Spread.MedianOf(figures);
    }

    static void WriteRow(StringBuilder text, TableRow row, TableResults results, PeerFigures peers)
    {
        double? figure = FigureOf(row, results);
        double? peer = PeerOf(row, results, peers);
        double? score = figure is { } measured ? row.Target.Score(measured, peer) : null;
        bool isScaled = row.Target.NeedsPeer;
        text.Append($"| {row.Name} | {row.Work} | {Measured(row, figure)} | {Peer(row, peer)} | ")
            .Append($"{(isScaled && score is { } ratio ? row.Target.Text(ratio) : "")} | ")
            .Append($"{row.Target.Text(row.Target.Floor)} | {row.Target.Text(row.Target.Moonshot)} | {row.Target.Verdict(figure, peer)} |\n");
    }

    static double? PeerOf(TableRow row, TableResults results, PeerFigures peers)
    {
        double[] found = row.Peer is null ? [] : [.. results.Of(row).Select(process => row.Peer(peers, process)).OfType<double>()];
        return found.Length == 0 ? null : Spread.MedianOf(found);
    }

    static string Measured(TableRow row, double? figure) => figure switch
    {
        null => "",
        { } share when row.Target.Yardstick == Yardstick.ShareOfProbe => $"{100 * share:F1} % {row.Unit}",
        { } value => $"{Number(value)} {row.Unit}",
    };

    static string Peer(TableRow row, double? peer) => peer is { } value ? $"{row.PeerName} {Number(value)}" : row.PeerName;

    static void WriteOrigin(StringBuilder text, TableRow row, TableResults results)
    {
        double[] figures = FiguresOf(row, results);
        var lines = results.Of(row).SelectMany(process => process).SelectMany(command => command).ToArray();
        string range = figures.Length == 0 ? "" : $"{Number(figures.Min())} to {Number(figures.Max())}";
        string load = lines.Length == 0 ? "" : $"{100 * lines.Max(line => BenchLine.Number(line, "other_load") ?? 0):F0} %";
        string commands = string.Join(", ", row.Commands.Select(command => $"`hone bench {command}`"));
        text.Append($"| {row.Name} | {figures.Length} | {range} | {load} | {Distinct(lines, "commit")} | {commands} |\n");
    }

    static void WriteMachine(StringBuilder text, IReadOnlyList<JsonObject> lines)
    {
        string[] names = ["cpu", "processors", "tier", "dotnet"];
        foreach (string name in names)
        {
            text.Append($"- {name}: {Distinct(lines, name)}\n");
        }

        string[] dates = [.. lines.Select(line => line["date"]?.GetValue<string>()).OfType<string>().Order(StringComparer.Ordinal)];
        text.Append(dates.Length == 0 ? "" : $"- dates: {dates[0]} to {dates[^1]}\n");
        foreach (var threads in lines.SelectMany(line => line["probe"] as JsonArray ?? []).OfType<JsonObject>().GroupBy(probe => BenchLine.Number(probe, "threads")))
        {
            string Median(string path) => threads.Select(probe => BenchLine.Number(probe, path)).OfType<double>().ToArray() is { Length: > 0 } found
                ? Number(Spread.MedianOf(found)) : "none";
            text.Append($"- probe, {threads.Key} threads, medians of {threads.Count()}: FMA {Median("fma_gflops")} GFLOP/s, BF16 {Median("bf16_gflops")} GFLOP/s, ")
                .Append($"reads from memory {Median("read_gbs")}, L2 {Median("read_l2_gbs")}, L3 {Median("read_l3_gbs")} GB/s\n");
        }
    }

    static string Distinct(IReadOnlyList<JsonObject> lines, string name) =>
        string.Join(", ", lines.Select(line => line[name]?.ToString()).OfType<string>().Distinct());

    static string Number(double value) => Math.Abs(value) >= 1000 ? value.ToString("N0") : value.ToString("G4");
}
