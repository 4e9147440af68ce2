using System.Text.Json.Nodes;
using Hone.Bench;
using Spectre.Console;

namespace Hone.Cli.Commands;

/// <summary>Bench results for people: a line for each as it is there, and a table of kernels for a step.</summary>
sealed class BenchView(Output output)
{
    // What a line shows of each bench, with the share that other processes took: heading and path. A heading that ends in % is a share.
    static readonly Dictionary<string, (string Heading, string Path)[]> _columns = new()
    {
        ["gemm"] =
        [
            ("role", "role"), ("weights", "weights"), ("compute", "compute"), ("m", "m"), ("n", "n"), ("k", "k"), ("ms", "seconds.median"), ("GFLOP/s", "gflops.median"),
            ("peak %", "share_of_peak"), ("GB/s", "gbs.median"), ("memory %", "share_of_read"),
        ],
        ["attention"] =
        [
            ("use", "use"), ("batch", "batch"), ("length", "length"), ("ms", "seconds.median"), ("GFLOP/s", "gflops.median"),
            ("peak %", "share_of_peak"), ("GB/s", "gbs.median"),
        ],
        ["decode"] =
        [
            ("shape", "shape"), ("weights", "weights"), ("compute", "compute"), ("batch", "batch"), ("prompt", "prompt"), ("new", "new"), ("ms", "seconds.median"),
            ("tokens/s", "tokens_per_s.median"), ("best", "tokens_per_s.best"), ("memory %", "share_of_read"), ("peak %", "share_of_peak"),
        ],
        ["prompt"] =
        [
            ("shape", "shape"), ("weights", "weights"), ("compute", "compute"), ("prompt", "prompt"), ("ms", "seconds.median"), ("tokens/s", "tokens_per_s.median"),
            ("best", "tokens_per_s.best"), ("peak %", "share_of_peak"),
        ],
        ["tokenizer"] =
        [
            ("text", "text"), ("direction", "direction"), ("bytes", "bytes"), ("tokens", "tokens"), ("ms", "seconds.median"), ("MB/s", "mb_per_s.median"),
            ("best", "mb_per_s.best"),
        ],
        ["grading"] =
        [
            ("grader", "grader"), ("items", "items"), ("workers", "workers"), ("ms", "seconds.median"), ("grades/s", "grades_per_s.median"), ("best", "grades_per_s.best"),
        ],
        ["train"] =
        [
            ("shape", "shape"), ("compute", "compute"), ("groups", "groups"), ("of", "group_size"), ("rows", "rows"), ("checkpointed", "checkpointed_layers"),
            ("forward s", "forward_s"), ("backward s", "backward_s"), ("AdamW s", "optimizer_s"), ("tokens/s", "tokens_per_s.median"),
            ("peak %", "share_of_peak"), ("peak GB", "peak_rss_gb"), ("arena GB", "arena_gb"),
        ],
        ["step"] =
        [
            ("shape", "shape"), ("compute", "compute"), ("groups", "groups"), ("of", "group_size"), ("seconds", "seconds.median"), ("tokens/s", "tokens_per_s.median"),
            ("allocated B", "allocated_bytes"), ("collections", "collections"),
        ],
        ["serve"] =
        [
            ("streams", "streams"), ("new", "new_tokens"), ("batch", "batch"), ("first p50 ms", "first_token_ms_p50"), ("p95 ms", "first_token_ms_p95"),
            ("tokens/s", "tokens_per_s.median"), ("requests", "requests"), ("failed", "failed"),
        ],
        ["serve while training"] =
        [
            ("streams", "streams"), ("new", "new_tokens"), ("first p50 ms", "first_token_ms_p50"), ("p95 ms", "first_token_ms_p95"),
            ("tokens/s", "tokens_per_s.median"), ("alone", "alone_tokens_per_s.median"), ("training s", "training_s.median"),
            ("alone s", "training_alone_s.median"), ("failed", "failed"),
        ],
        ["quickstart"] =
        [
            ("steps", "steps"), ("seconds", "seconds.median"), ("sampling s", "sampling_s"), ("training s", "training_s"),
            ("grading s", "grading_s"), ("greedy %", "greedy_accuracy"),
        ],
    };

    static readonly (string Heading, string Path)[] _phaseColumns = [("phase", "phase"), ("ms", "seconds"), ("share %", "share")];

    static readonly (string Heading, string Path)[] _kernelColumns =
    [
        ("phase", "phase"), ("kernel", "kernel"), ("calls", "calls"), ("ms", "seconds"), ("share %", "share"), ("GFLOP/s", "gflops"), ("GB/s", "gbs"),
        ("limit", "limit"), ("of it %", "share_of_limit"), ("allocated B", "allocated_bytes"),
    ];

    static readonly (string Heading, string Path)[] _probeColumns =
    [
        ("threads", "threads"), ("fma GFLOP/s", "fma_gflops"), ("bf16 GFLOP/s", "bf16_gflops"), ("memory GB/s", "read_gbs"), ("L2 GB/s", "read_l2_gbs"),
        ("L3 GB/s", "read_l3_gbs"),
    ];

    string? _shown;

    public void Show(JsonObject line)
    {
        string what = line["what"]!.GetValue<string>();
        if (_columns.TryGetValue(what, out var columns))
        {
            Line(what, [.. columns, ("others %", "other_load")], line);
        }

        if (line["kernels"] is JsonArray kernels)
        {
            output.Console.Write(TableOf(_phaseColumns, line["phases"]!.AsArray()));
            output.Console.Write(TableOf(_kernelColumns, kernels));
            _shown = null;
        }

        if (what is "probe" or "step")
        {
            output.Console.Write(TableOf(_probeColumns, line["probe"]!.AsArray()));
        }

        output.Result(line);
    }

    void Line(string what, (string Heading, string Path)[] columns, JsonObject line)
    {
        string[] cells = [.. columns.Select(column => Cell(column, line))];
        if (_shown != what)
        {
            output.Line(string.Join("  ", columns.Select((column, i) => column.Heading.PadLeft(Width(column.Heading, i)))));
            _shown = what;
        }

        output.Line(string.Join("  ", cells.Select((cell, i) => cell.PadLeft(Width(columns[i].Heading, i)))));
    }

    static int Width(string heading, int column) => Math.Max(heading.Length, column == 0 ? 15 : 8);

    static Table TableOf((string Heading, string Path)[] columns, JsonArray rows)
    {
        var table = new Table().Border(TableBorder.Simple);
        foreach (var column in columns)
        {
            table.AddColumn(new TableColumn(column.Heading) { Alignment = column.Path is "phase" or "kernel" or "limit" ? Justify.Left : Justify.Right });
        }

        foreach (var row in rows)
        {
            table.AddRow([.. columns.Select(column => Markup.Escape(Cell(column, row!)))]);
        }

        return table;
    }

    static string Cell((string Heading, string Path) column, JsonNode line)
    {
        if (BenchLine.Number(line, column.Path) is not { } number)
        {
            return line[column.Path]?.ToString() ?? "";
        }

        return column.Heading switch
        {
            [.., '%'] => (100 * number).ToString("F1"),
            "ms" => (1000 * number).ToString("G4"),
            _ when number == Math.Floor(number) => number.ToString("F0"),
            _ => number >= 1000 ? number.ToString("F0") : number.ToString("G4"),
        };
    }
}
