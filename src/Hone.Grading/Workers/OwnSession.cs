namespace Hone.Grading.Workers;

/// <summary>A worker in a session of its own with the limits of a shell: where the system allows no namespaces.</summary>
/// <param name="ownUser">Each worker is a user of its own (<see cref="WorkerUser"/>).</param>
sealed class OwnSession(bool ownUser) : Containment(ownUser)
{
    public override bool EndsWithItsRoot => false;

    public override bool BoundsTemporaryFolder => false;

    public override bool CountsTasksAlone => OwnUser;

    public override string Sentence(WorkerLimits limits) => OwnUser
        ? $"User code runs as users of its own, one for each worker, with limits of time, memory, processes and output: {LooseFileWords}, and it has the "
            + "network, for this system allows no namespaces. Install bubblewrap, or grade only with code that you trust."
        : "User code runs as processes of this user with limits of time, memory and output, but with the network and with this user's files: "
            + $"this system allows no namespaces. Install bubblewrap, or grade only with code that you trust.{CountWords}";

    public override IReadOnlyList<string> Command(WorkerProgram program, WorkerLimits limits, WorkerPlace place) =>
    [
        "setsid", "/bin/sh", "-c", $"{Limits(limits, place)} exec \"$@\"", "hone-worker", .. AsUser(place), program.FileName, .. program.Arguments,
    ];
}
