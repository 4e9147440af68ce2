using System.CommandLine;
using System.Text.Json.Nodes;
using Hone.Bench.Machine;
using Hone.Bench.Table;

namespace Hone.Cli.Commands;

/// <summary>hone bench table: every figure that the engine is judged by, each over several processes.</summary>
static class BenchTableCommand
{
    static readonly Option<string[]> _only = new("--only") { Description = "Only these rows, by name.", AllowMultipleArgumentsPerToken = true };
    static readonly Option<int> _processes = new("--processes")
    {
        Description = "Processes for each figure; 0 writes the table anew from what is there.",
        DefaultValueFactory = _ => 5,
    };

    static readonly Option<bool> _add = new("--add")
    {
        Description = "Keep the processes that were measured before: so ours and the peers' can take turns within the same minutes.",
    };

    static readonly Option<string?> _peers = new("--peers") { Description = "JSON lines of the peers, as bench/peers.sh writes them. Default: peers.jsonl in the results folder, if it is there." };
    static readonly Option<string?> _out = new("--out") { Description = "Results folder. Default: bench/results/<cpu>." };
    static readonly Option<double> _patience = new("--patience") { Description = "Seconds that each result waits for quiet moments on a shared machine." };

    public static Command Create()
    {
        var command = new Command("table", "Fill the table of targets: runs every bench several times and writes README.md and results.jsonl.")
        {
            _only, _processes, _add, _peers, _out, _patience,
        };
        command.SetAction((parsed, stop) => Task.FromResult(Run(parsed, stop)));
        return command;
    }

    static int Run(ParseResult parsed, CancellationToken stop)
    {
        var rows = Rows(parsed.GetValue(_only) ?? []);
        string machine = ProcessorName.Here().FolderFor(Environment.ProcessorCount);
        string folder = parsed.GetValue(_out) ?? Path.Combine("bench", "results", machine);
        var peers = Peers(parsed.GetValue(_peers), folder);
        Directory.CreateDirectory(folder);
        var output = new Output(parsed);
        var results = TableResults.Read(Path.Combine(folder, "results.jsonl"));
        foreach (string command in rows.SelectMany(row => row.Commands).Distinct())
        {
            Measure(parsed, command, results, output, stop);
            Write(folder, machine, results, peers);
        }

        Write(folder, machine, results, peers);
        Show(rows, results, output);
        output.Line(Path.Combine(folder, "README.md"));
        return HoneCommand.Success;
    }

    static TableRow[] Rows(string[] names)
    {
        string[] unknown = [.. names.Where(name => TableRows.All.All(row => row.Name != name))];
        return unknown.Length == 0
            ? [.. TableRows.All.Where(row => names.Length == 0 || names.Contains(row.Name))]
            : throw new CommandException($"--only is {string.Join(" ", unknown)}, but the rows are {string.Join(", ", TableRows.All.Select(row => row.Name))}.");
    }

    static PeerFigures Peers(string? file, string folder)
    {
        string usual = Path.Combine(folder, "peers.jsonl");
        return file is not null ? PeerFigures.Read(file) : File.Exists(usual) ? PeerFigures.Read(usual) : PeerFigures.None;
    }

    static void Measure(ParseResult parsed, string command, TableResults results, Output output, CancellationToken stop)
    {
        int count = parsed.GetValue(_processes);
        if (count < 1)
        {
            return;
        }

        List<IReadOnlyList<JsonObject>> processes = parsed.GetValue(_add) ? [.. results.Of(command)] : [];
        for (int i = 0; i < count; i++)
        {
            output.Line($"hone bench {command} ({i + 1} of {count})");
            processes.Add(ChildBench.Run(Program(), command, parsed.GetValue(_patience), stop));
        }

        results.Replace(command, processes);
    }

    // As a framework-dependent program this runs under dotnet, which then needs the assembly's path.
    static string[] Program()
    {
        string path = Environment.ProcessPath!;
        return Path.GetFileNameWithoutExtension(path) == "dotnet" ? [path, typeof(BenchTableCommand).Assembly.Location] : [path];
    }

    // Written after every command: a table that is stopped keeps what it has.
    static void Write(string folder, string machine, TableResults results, PeerFigures peers)
    {
        File.WriteAllLines(Path.Combine(folder, "results.jsonl"), results.Lines.Select(line => line.ToJsonString(Output.OneLine)));
        File.WriteAllText(Path.Combine(folder, "README.md"), TableWriter.Write(machine, TableRows.All, results, peers));
    }

    static void Show(TableRow[] rows, TableResults results, Output output)
    {
        foreach (var row in rows)
        {
            double[] figures = TableWriter.FiguresOf(row, results);
            double? median = figures.Length == 0 ? null : Bench.Spread.MedianOf(figures);
            output.Line($"{row.Name,-20} {median:G4} {row.Unit}");
            output.Result(new JsonObject { ["row"] = row.Name, ["median"] = median, ["unit"] = row.Unit, ["processes"] = figures.Length });
        }
    }
}
