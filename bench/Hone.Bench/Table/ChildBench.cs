using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Hone.Bench.Table;

/// <summary>Runs <c>hone bench …</c> in a process of its own: a just-in-time compiler that was unlucky once stays so for its process alone.</summary>
public static class ChildBench
{
    /// <param name="program">What starts this program again: its file, and before it whatever runs it.</param>
    /// <param name="command">What follows <c>hone bench</c>, separated by blanks.</param>
    /// <exception cref="BenchException">The process failed; the message is what it said.</exception>
    public static IReadOnlyList<JsonObject> Run(IReadOnlyList<string> program, string command, double patience, CancellationToken stop)
    {
        string[] arguments = [.. program.Skip(1), "bench", .. command.Split(' '), "--patience", patience.ToString(), "--json"];
        var start = new ProcessStartInfo(program[0], arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var child = Process.Start(start)!;
        using var killing = stop.Register(() => child.Kill(entireProcessTree: true));
        var errors = child.StandardError.ReadToEndAsync(CancellationToken.None);
        string printed = child.StandardOutput.ReadToEnd();
        child.WaitForExit();
        stop.ThrowIfCancellationRequested();
        return child.ExitCode == 0
            ? [.. printed.Split('\n').Select(JsonLines.Parse).OfType<JsonObject>()]
            : throw new BenchException($"hone bench {command} ended with code {child.ExitCode}: {errors.Result.Trim()}");
    }
}
