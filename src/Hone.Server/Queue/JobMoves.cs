namespace Hone.Server.Queue;

/// <summary>Which status may follow which.</summary>
public static class JobMoves
{
    static readonly Dictionary<JobStatus, JobStatus[]> _moves = new()
    {
        // A node that dies or shuts down gives a running job back to the queue.
        [JobStatus.Queued] = [JobStatus.Running, JobStatus.Paused, JobStatus.Stopping, JobStatus.Stopped, JobStatus.Failed],
        [JobStatus.Running] = [JobStatus.Queued, JobStatus.Pausing, JobStatus.Paused, JobStatus.Stopping, JobStatus.Completed, JobStatus.Failed],
        [JobStatus.Pausing] = [JobStatus.Paused, JobStatus.Stopping, JobStatus.Completed, JobStatus.Failed],
        [JobStatus.Paused] = [JobStatus.Queued, JobStatus.Stopping, JobStatus.Stopped],
        [JobStatus.Stopping] = [JobStatus.Stopped, JobStatus.Completed, JobStatus.Failed],
        [JobStatus.Stopped] = [],
        [JobStatus.Completed] = [],
        [JobStatus.Failed] = [],
    };

    public static bool May(JobStatus from, JobStatus to) => _moves[from].Contains(to);

    public static bool IsEnd(JobStatus status) => _moves[status].Length == 0;
}
