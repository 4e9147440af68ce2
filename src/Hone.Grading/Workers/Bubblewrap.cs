namespace Hone.Grading.Workers;

/// <summary>A worker inside bubblewrap: the machine's files to read only, a small folder to write in, no other process in sight.</summary>
sealed class Bubblewrap : Containment
{
    public override bool EndsWithItsRoot => true;

    public override bool BoundsTemporaryFolder => true;

    public override string Sentence(WorkerLimits limits) =>
        $"User code runs inside bubblewrap, {NetworkWords(limits)}: it can read the files that this user can, and write to its temporary folder only.";

    public override IReadOnlyList<string> Command(WorkerProgram program, WorkerLimits limits, string temporaryFolder) =>
    [
        // A shell stands before bubblewrap because --die-with-parent ends it with the thread that started it, and threads of ours come and go.
        "setsid", "/bin/sh", "-c", "\"$@\"; exit $?", "hone-worker",
        "bwrap", "--die-with-parent", "--unshare-user", "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try",
        .. limits.Network ? Array.Empty<string>() : ["--unshare-net"],
        "--cap-drop", "ALL", "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc",
        "--size", $"{(long)limits.TemporaryMegabytes << 20}", "--tmpfs", temporaryFolder,
        "--chdir", program.Folder,
        "--", "/bin/sh", "-c", $"{Limits(limits, processes: true)} exec \"$@\"", "hone-worker",
        program.FileName, .. program.Arguments,
    ];
}
