using System.Data.Common;

namespace Hone.Server.Queue.Nodes;

/// <summary>Failures of what is around a job, which pass: database, network, disk. They are waited for and are no fault of the job.</summary>
static class Outage
{
    public static bool Is(Exception failure) => failure switch
    {
        ApiProblem problem => problem.Kind is ProblemKind.Unavailable or ProblemKind.TooMany,
        DbException or IOException or TimeoutException or HttpRequestException => true,
        _ => false,
    };

    /// <summary>Does something again until it succeeds, however long what it needs is away.</summary>
    public static async Task Outlast(Func<Task> work, NodeSettings node, CancellationToken stop)
    {
        for (int failures = 1; ; failures++)
        {
            try
            {
                await work();
                return;
            }
            catch (Exception e) when (Is(e) && !stop.IsCancellationRequested)
            {
                await Task.Delay(node.RetryAfter(failures), stop);
            }
        }
    }
}
