using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;

namespace Hone.Grading.Workers;

/// <summary>A Python that was asked where it is: a name in PATH may be a script that looks for it at every start.</summary>
/// <param name="Folders">Where it is itself.</param>
/// <param name="UserBase">Where packages of this user are installed, which it would look for below HOME.</param>
sealed record PythonInterpreter(string Path, string UserBase, IReadOnlyList<string> Folders)
{
    static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);
    static readonly ConcurrentDictionary<string, PythonInterpreter> _known = new();

    static string DefaultName => OperatingSystem.IsWindows() ? "python" : "python3";

    /// <param name="name">A path or a name in PATH; null for Python 3 as PATH has it.</param>
    /// <exception cref="WorkerFault">There is none, or it is older than 3.8.</exception>
    public static PythonInterpreter Find(string? name) => _known.GetOrAdd(name ?? DefaultName, Ask);

    /// <summary>Whether there is one.</summary>
    public static bool IsThere(string? name = null)
    {
        try
        {
            return Find(name) is not null;
        }
        catch (WorkerFault)
        {
            return false;
        }
    }

    static PythonInterpreter Ask(string name)
    {
        const string Question = "import json, site, sys; print(json.dumps([sys.executable, site.getuserbase(), sys.version_info >= (3, 8), [sys.prefix, sys.base_prefix]]))";
        string said;
        try
        {
            var start = new ProcessStartInfo(name, ["-c", Question]) { RedirectStandardOutput = true, RedirectStandardError = true };
            using var process = Process.Start(start)!;
            var output = process.StandardOutput.ReadToEndAsync();
            var errors = process.StandardError.ReadToEndAsync();
            if (!Task.WaitAll([output, errors], _patience) || !process.WaitForExit(_patience))
            {
                process.Kill(entireProcessTree: true);
                throw Missing(name, $"it did not answer within {_patience.TotalSeconds} s");
            }

            said = process.ExitCode == 0 ? output.Result : throw Missing(name, $"it ended with code {process.ExitCode}: {errors.Result.Trim()}");
        }
        catch (Win32Exception e)
        {
            throw Missing(name, e.Message);
        }

        return Read(name, said);
    }

    static PythonInterpreter Read(string name, string said)
    {
        try
        {
            var json = JsonElement.Parse(said);
            return json[2].GetBoolean() ? new(json[0].GetString()!, json[1].GetString()!, [.. json[3].EnumerateArray().Select(folder => folder.GetString()!)]) : throw Missing(name, "it is older than 3.8");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw Missing(name, "it does not speak as Python does");
        }
    }

    static WorkerFault Missing(string name, string why) =>
        new(WorkerFault.Start, $"this grader needs Python 3.8 or later as {name}, but {why.TrimEnd('.')}; install it, or name another in \"python\".");
}
