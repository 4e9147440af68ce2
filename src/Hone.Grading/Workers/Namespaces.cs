namespace Hone.Grading.Workers;

/// <summary>A worker in namespaces of its own, made by <c>unshare</c>: what bubblewrap does, where it is not installed.</summary>
/// <param name="mounts">Whether the machine's files become read-only and the temporary folder a bounded one in memory. Containers often
/// forbid it.</param>
/// <param name="ownUser">Each worker is a user of its own (<see cref="WorkerUser"/>); else it is this user in a user namespace.</param>
sealed class Namespaces(bool mounts, bool ownUser) : Containment(ownUser)
{
    // Everything the machine has mounted, read-only; what cannot be changed is left, but for the root. Device files stay as they are.
    const string ReadOnlyMounts = """
        while read -r _ _ _ _ point options _; do
          case $point in /proc|/proc/*|/sys|/sys/*|/dev|/dev/*) continue;; esac
          case ,$options, in *,ro,*) continue;; esac
          point=$(printf '%b' "$point")
          mount -o "remount,bind,$options,ro" "$point" 2>/dev/null || { [ "$point" != / ] || exit 125; }
        done </proc/self/mountinfo
        mount -t tmpfs -o "size=$2m,mode=1777" tmpfs "$1" || exit 125
        [ ! -d /dev/shm ] || mount -t tmpfs -o "size=$2m,mode=1777" tmpfs /dev/shm || exit 125
        mount -t proc proc /proc 2>/dev/null

        """;

    public override bool EndsWithItsRoot => true;

    public override bool BoundsTemporaryFolder => mounts;

    public override bool HidesFiles => mounts;

    public override bool CountsTasksAlone => OwnUser || CountsNamespacesAlone;

    public override string Sentence(WorkerLimits limits) => mounts
        ? $"User code runs in namespaces of its own{UserWords}, {NetworkWords(limits)}: {FileWords}, and write to its temporary folder only.{CountWords}"
        : $"User code runs in namespaces of its own{UserWords}, {NetworkWords(limits)}, but with this machine's files: {LooseFileWords}. "
            + $"Install bubblewrap to keep it from them.{CountWords}";

    public override IReadOnlyList<string> Command(WorkerProgram program, WorkerLimits limits, WorkerPlace place) =>
    [
        "setsid", "unshare", .. OwnUser ? Array.Empty<string>() : ["--user", "--map-root-user"], "--pid", "--fork", "--kill-child", "--ipc", "--mount",
        .. limits.Network ? Array.Empty<string>() : ["--net"],
        "--", "/bin/sh", "-c", Script(program, limits, place), "hone-worker", place.Folder, $"{limits.TemporaryMegabytes}",
        .. OwnUser ? AsUser(place) : ["setpriv", "--no-new-privs", "--bounding-set=-all", "--inh-caps=-all", "--"],
        program.FileName, .. program.Arguments,
    ];

    // The shell stays as the first process of the namespace: it buries orphans, and a signal that a worker sends itself works.
    // Without its capabilities the worker cannot undo the mounts.
    string Script(WorkerProgram program, WorkerLimits limits, WorkerPlace place) =>
        (mounts ? Hiding.Of(program).Mounts() + ReadOnlyMounts : "")
        + $"""
        shift 2
        {Limits(limits, place)}
        "$@"
        exit $?
        """;
}
