namespace Hone.Grading.Workers;

/// <summary>A worker in a session of its own with the limits of a shell: where the system allows no namespaces.</summary>
sealed class OwnSession : Containment
{
    public override bool EndsWithItsRoot => false;

    public override bool BoundsTemporaryFolder => false;

    public override string Sentence(WorkerLimits limits) =>
        "User code runs as processes of this user with limits of time, memory and output, but with the network and with this user's files: "
        + "this system allows no namespaces. Install bubblewrap, or grade only with code that you trust.";

    public override IReadOnlyList<string> Command(WorkerProgram program, WorkerLimits limits, string temporaryFolder) =>
    [
        "setsid", "/bin/sh", "-c", $"{Limits(limits, processes: false)} exec \"$@\"", "hone-worker", program.FileName, .. program.Arguments,
    ];
}
