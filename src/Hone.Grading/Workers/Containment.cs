using System.Diagnostics;

namespace Hone.Grading.Workers;

/// <summary>What stands between a worker and the machine.</summary>
abstract class Containment
{
    /// <summary>Where nothing of the worker lives on once its first process is killed.</summary>
    public abstract bool EndsWithItsRoot { get; }

    /// <summary>The temporary folder holds no more than it may, whatever is written.</summary>
    public abstract bool BoundsTemporaryFolder { get; }

    /// <summary>What a person should know, as a sentence.</summary>
    public abstract string Sentence(WorkerLimits limits);

    /// <summary>The command that starts the program, its first word an absolute path or a name in PATH.</summary>
    public abstract IReadOnlyList<string> Command(WorkerProgram program, WorkerLimits limits, string temporaryFolder);

    public ProcessStartInfo Start(WorkerProgram program, WorkerLimits limits, string temporaryFolder, string mark)
    {
        var command = Command(program, limits, temporaryFolder);
        var start = new ProcessStartInfo(command[0], command.Skip(1))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            CreateNoWindow = true,
            WorkingDirectory = program.Folder,
        };
        start.Environment.Clear();
        foreach (var (name, value) in WorkerEnvironment.Of(program, limits, temporaryFolder, mark))
        {
            start.Environment[name] = value;
        }

        return start;
    }

    /// <summary>Shell commands that hold the process and its children to what the system bounds for each process.</summary>
    /// <param name="processes">Whether processes are counted: for each user, so only where the worker has a user namespace of its own.</param>
    protected static string Limits(WorkerLimits limits, bool processes)
    {
        // Private writable memory: address space that is only reserved, as JavaScript engines do, costs nothing. Files: blocks of 512 bytes.
        string common = $"ulimit -c 0; ulimit -d {1024L * limits.MemoryMegabytes}; ulimit -f {2048L * limits.TemporaryMegabytes};";
        return processes
            ? $"{common} ulimit -u {limits.Processes + 8} 2>/dev/null || ulimit -p {limits.Processes + 8} 2>/dev/null;"
            : common;
    }

    protected static string NetworkWords(WorkerLimits limits) => limits.Network ? "with the network, as its settings say" : "without network";
}
