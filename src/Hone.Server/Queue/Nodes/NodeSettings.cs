using Hone.Server.Accounts;

namespace Hone.Server.Queue.Nodes;

/// <summary>Who a node is and how patient. A node is one process: a server that is started again is another node.</summary>
sealed record NodeSettings
{
    public required string Name { get; init; }

    /// <summary>Instruction sets that this machine computes with: results are equal to the bit within a tier only.</summary>
    public required string Tier { get; init; }

    /// <summary>A node that has not been heard of for this long is taken for dead.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(15);

    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Between two looks at the queue and at a run's folder.</summary>
    public TimeSpan Look { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Before the first new attempt after a failure; each further one waits twice as long.</summary>
    public TimeSpan FirstRetry { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest wait before an attempt.</summary>
    public TimeSpan LongestRetry { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Deaths of the engine in a row, without any progress of the run, after which the job fails.</summary>
    public int MostCrashes { get; init; } = 5;

    /// <summary>Who the audit log names for what the node does by itself.</summary>
    public Caller By(string account) => new(account, $"node:{Name}", KeyScopes.None);

    public TimeSpan RetryAfter(int failures) =>
        TimeSpan.FromTicks(Math.Min(LongestRetry.Ticks, FirstRetry.Ticks << Math.Clamp(failures - 1, 0, 20)));
}
