namespace Hone.Grading.Workers;

/// <summary>A worker inside bubblewrap: the machine's files to read only, a small folder to write in, no other process in sight.</summary>
/// <param name="ownUser">Each worker is a user of its own (<see cref="WorkerUser"/>); else it is this user in a user namespace.</param>
sealed class Bubblewrap(bool ownUser) : Containment(ownUser)
{
    IEnumerable<string> ToChangeUser =>
        ["CAP_SETUID", "CAP_SETGID", "CAP_SETPCAP", .. FileCapability.Select(name => $"CAP_{name.ToUpperInvariant()}")];

    public override bool EndsWithItsRoot => true;

    public override bool BoundsTemporaryFolder => true;

    public override bool HidesFiles => true;

    public override bool CountsTasksAlone => OwnUser || CountsNamespacesAlone;

    public override string Sentence(WorkerLimits limits) =>
        $"User code runs inside bubblewrap{UserWords}, {NetworkWords(limits)}: {FileWords}, and write to its temporary folder only.{CountWords}";

    public override IReadOnlyList<string> Command(WorkerProgram program, WorkerLimits limits, WorkerPlace place) =>
    [
        // A shell stands before bubblewrap because --die-with-parent ends it with the thread that started it, and threads of ours come and go.
        "setsid", "/bin/sh", "-c", $"{Hiding.Of(program).Opening()}\"$@\"; exit $?", "hone-worker",
        "bwrap", "--die-with-parent", .. OwnUser ? Array.Empty<string>() : ["--unshare-user"],
        "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try",
        .. limits.Network ? Array.Empty<string>() : ["--unshare-net"],
        "--cap-drop", "ALL", .. OwnUser ? ToChangeUser.SelectMany(name => new[] { "--cap-add", name }) : [],
        "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc", .. Hiding.Of(program).Options(),
        .. Folder("/dev/shm", limits), .. Folder(place.Folder, limits),
        "--chdir", program.Folder,
        "--", "/bin/sh", "-c", $"{Limits(limits, place)} exec \"$@\"", "hone-worker",
        .. AsUser(place), program.FileName, .. program.Arguments,
    ];

    static string[] Folder(string path, WorkerLimits limits) =>
        ["--perms", "1777", "--size", $"{(long)limits.TemporaryMegabytes << 20}", "--tmpfs", path];
}
