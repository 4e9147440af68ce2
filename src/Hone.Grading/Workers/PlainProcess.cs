namespace Hone.Grading.Workers;

/// <summary>A worker as any other process: where the system has none of the other means, as on Windows and macOS.</summary>
sealed class PlainProcess() : Containment(ownUser: false)
{
    public override bool EndsWithItsRoot => false;

    public override bool BoundsTemporaryFolder => false;

    public override bool CountsTasksAlone => false;

    public override string Sentence(WorkerLimits limits) =>
        "User code runs as plain processes of this user with limits of time and output only: it has the network, this user's files and all memory. "
        + "Grade only with code that you trust, or run on Linux.";

    public override IReadOnlyList<string> Command(WorkerProgram program, WorkerLimits limits, WorkerPlace place) =>
        [program.FileName, .. program.Arguments];
}
