using Hone.Server.Store;

namespace Hone.Server.Queue.Nodes;

/// <summary>
/// Ends a job that had begun and rested or waited to go on when it was stopped: this node takes it, beside whatever it is at, and keeps what
/// the run has left. If the server dies meanwhile, the lease runs out and another node does it.
/// </summary>
sealed class Homecoming(
    Database database, JobTable table, Claims claims, NodeSettings node, JobWork work, TimeProvider clock, Pulse pulse, ILogger<Homecoming> log)
{
    // Copying a checkpoint takes less, but outputs may be sent far.
    static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);

    /// <summary>What makes the job this node's until it has ended.</summary>
    public JobChange Take() => JobChange.Move(JobStatus.Stopping, "The job is asked to stop.") with
    {
        Node = node.Name,
        Lease = clock.GetUtcNow() + node.Lease,
    };

    /// <summary>Ends a job that was taken; where that takes long, it goes on after this returns.</summary>
    public Task Run(string job, CancellationToken stop) => Task.WhenAny(End(job), Task.Delay(_patience, stop));

    async Task End(string job)
    {
        try
        {
            if (await table.FindById(job, CancellationToken.None) is { } row)
            {
                await using var lease = new Lease(claims, node, clock, pulse, job, database.IsPostgres, CancellationToken.None);
                await work.Run(row, lease);
            }
        }
        catch (Exception e)
        {
            log.LogWarning("The job {Job} could not be brought to its end, which is tried again: {Message}", job, e.Message);
        }
    }
}
