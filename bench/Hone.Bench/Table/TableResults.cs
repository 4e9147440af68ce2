using System.Text.Json.Nodes;

namespace Hone.Bench.Table;

/// <summary>Raw lines of a results folder: each has the command that printed it and the number of its process.</summary>
public sealed class TableResults
{
    const string Command = "command";
    const string Process = "process";

    readonly List<JsonObject> _lines;

    public TableResults(IEnumerable<JsonObject> lines) => _lines = [.. lines];

    public IReadOnlyList<JsonObject> Lines => _lines;

    /// <summary>The file's lines; none if it is not there.</summary>
    public static TableResults Read(string file) => new(File.Exists(file) ? JsonLines.Read(file) : []);

    /// <summary>Replaces what is there of a command by the lines of new processes.</summary>
    public void Replace(string command, IReadOnlyList<IReadOnlyList<JsonObject>> processes)
    {
        _lines.RemoveAll(line => line[Command]?.GetValue<string>() == command);
        for (int process = 0; process < processes.Count; process++)
        {
            foreach (var line in processes[process])
            {
                var marked = new JsonObject();
                foreach (var (name, value) in line)
                {
                    marked[name] = value?.DeepClone();
                }

                (marked[Command], marked[Process]) = (command, process);

                _lines.Add(marked);
            }
        }
    }

    /// <summary>The lines of a command, process by process.</summary>
    public IReadOnlyList<IReadOnlyList<JsonObject>> Of(string command) =>
    [
        .. _lines.Where(line => line[Command]?.GetValue<string>() == command)
            .GroupBy(line => line[Process]?.GetValue<int>() ?? 0).OrderBy(group => group.Key).Select(group => group.ToArray()),
    ];

    /// <summary>The lines of a row's commands side by side: as many processes as its least repeated command has.</summary>
    public IReadOnlyList<IReadOnlyList<IReadOnlyList<JsonObject>>> Of(TableRow row)
    {
        var commands = row.Commands.Select(Of).ToArray();
        return [.. Enumerable.Range(0, commands.Min(processes => processes.Count))
            .Select(process => commands.Select(processes => processes[process]).ToArray())];
    }
}
