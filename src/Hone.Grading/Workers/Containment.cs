using System.Diagnostics;

namespace Hone.Grading.Workers;

/// <summary>What stands between a worker and the machine.</summary>
/// <param name="ownUser">Each worker is a user of its own (<see cref="WorkerUser"/>).</param>
abstract class Containment(bool ownUser)
{
    // Beside the processes that a worker may have: what stands before it, and the threads of them all, which the system counts with processes.
    static readonly int _threads = 64 + 4 * Environment.ProcessorCount;

    public bool OwnUser => ownUser;

    /// <summary>Where nothing of the worker lives on once its first process is killed.</summary>
    public abstract bool EndsWithItsRoot { get; }

    /// <summary>The temporary folder holds no more than it may, whatever is written.</summary>
    public abstract bool BoundsTemporaryFolder { get; }

    /// <summary>The system counts the worker's processes and threads without those that the user has beside it.</summary>
    public abstract bool CountsTasksAlone { get; }

    /// <summary>The worker does not see what <see cref="PrivateFiles"/> names.</summary>
    public virtual bool HidesFiles => false;

    /// <summary>What a person should know, as a sentence.</summary>
    public abstract string Sentence(WorkerLimits limits);

    /// <summary>The command that starts the program, its first word an absolute path or a name in PATH.</summary>
    public abstract IReadOnlyList<string> Command(WorkerProgram program, WorkerLimits limits, WorkerPlace place);

    /// <summary>A place for one more worker.</summary>
    /// <param name="folder">Its temporary folder, which it gets.</param>
    public WorkerPlace Place(WorkerLimits limits, string folder, string mark)
    {
        int? user = OwnUser ? WorkerUser.Next() : null;
        if (user is { } known)
        {
            WorkerUser.Own(folder, known);
        }

        int tasks = limits.Processes + _threads;
        return new(folder, mark, user, CountsTasksAlone ? tasks : TaskCount.Room(tasks));
    }

    public ProcessStartInfo Start(WorkerProgram program, WorkerLimits limits, WorkerPlace place)
    {
        var command = Command(program, limits, place);
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
        foreach (var (name, value) in WorkerEnvironment.Of(program, limits, place.Folder, place.Mark))
        {
            start.Environment[name] = value;
        }

        return start;
    }

    /// <summary>Linux counts the processes of a user namespace by themselves since 5.14.</summary>
    protected static bool CountsNamespacesAlone { get; } = Environment.OSVersion.Version >= new Version(5, 14);

    protected string UserWords => OwnUser ? ", each worker as a user of its own" : "";

    /// <summary>What a user of its own keeps of root's capabilities. With the one to read all files, it would find those that are hidden.</summary>
    protected IReadOnlyList<string> FileCapability => HidesFiles && PrivateFiles.Any ? [] : WorkerUser.FileCapability;

    protected string FileWords => !OwnUser || FileCapability.Count > 0
        ? "it can read the files that this user can" : "it can read the files that anybody can";

    protected string LooseFileWords => !OwnUser || FileCapability is ["dac_override"]
        ? "it can read and write what this user can" : $"{FileWords}, and write where anybody may";

    /// <summary>What is to be said where the system does not bound the number of processes.</summary>
    protected string CountWords => !OwnUser && WorkerUser.IsUncounted
        ? " The system does not bound the processes of root: a program that starts them without end can hold up the machine. Run Hone as another user."
        : "";

    protected IReadOnlyList<string> AsUser(WorkerPlace place) => place.User is { } user ? WorkerUser.Command($"{user}", FileCapability) : [];

    /// <summary>Shell commands that hold the process and its children to what the system bounds for each process, and for each user.</summary>
    protected static string Limits(WorkerLimits limits, WorkerPlace place) =>
        // Private writable memory: address space that is only reserved, as JavaScript engines do, costs nothing. Files: blocks of 512 bytes.
        $"ulimit -c 0; ulimit -d {1024L * limits.MemoryMegabytes}; ulimit -f {2048L * limits.TemporaryMegabytes}; "
        + $"ulimit -u {place.Tasks} 2>/dev/null || ulimit -p {place.Tasks} 2>/dev/null;";

    protected static string NetworkWords(WorkerLimits limits) => limits.Network ? "with the network, as its settings say" : "without network";
}
