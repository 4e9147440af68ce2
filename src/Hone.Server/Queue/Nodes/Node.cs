using Hone.Server.Store;
using Microsoft.Extensions.Hosting;

namespace Hone.Server.Queue.Nodes;

/// <summary>Takes jobs from the queue, one at a time, and looks after what dead nodes left.</summary>
sealed class Node(
    Database database, Claims claims, NodeSettings node, JobWork work, TimeProvider clock, Pulse pulse, ILogger<Node> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();

        // Over SQLite a server has its data folder to itself, so that whatever the one before had is free at once.
        bool isAlone = !database.IsPostgres;
        while (!stoppingToken.IsCancellationRequested)
        {
            var next = pulse.Next;
            try
            {
                await claims.GiveBackAbandoned(all: isAlone, stoppingToken);
                isAlone = false;
                await claims.NoteOtherTier(stoppingToken);
                if (await claims.Next(stoppingToken) is { } job)
                {
                    await Work(job, stoppingToken);
                    continue;
                }

                await Pulse.Wait(next, node.Look, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                // Whatever it was, the queue has to be looked at again.
                log.LogWarning("The node {Node} cannot work on the queue for the moment: {Message}", node.Name, e.Message);
                await Task.Delay(node.FirstRetry, clock, CancellationToken.None);
            }
        }
    }

    async Task Work(JobRow job, CancellationToken stop)
    {
        await using var lease = new Lease(claims, node, clock, pulse, job.Id, database.IsPostgres, stop);
        await work.Run(job, lease);
    }
}
