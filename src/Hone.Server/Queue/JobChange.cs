namespace Hone.Server.Queue;

/// <summary>What is to be different about a job. Null: as it was.</summary>
sealed record JobChange
{
    public JobStatus? To { get; init; }
    public IReadOnlyList<JobNote> Notes { get; init; } = [];
    public JobPhases? Phases { get; init; }
    public JobFailure? Failure { get; init; }
    public string? OutputModel { get; init; }

    /// <summary>Set together with <see cref="Lease"/> by the node that takes the job.</summary>
    public string? Node { get; init; }
    public DateTimeOffset? Lease { get; init; }

    /// <summary>For a job that goes back to the queue: nobody takes it earlier.</summary>
    public DateTimeOffset? NotBefore { get; init; }
    public int? Crashes { get; init; }

    /// <summary>Tier of instruction sets that the run began with.</summary>
    public string? Tier { get; init; }
    public int? Step { get; init; }
    public int? Steps { get; init; }
    public long? TrainedTokens { get; init; }

    /// <summary>Events of the run folder that are among the job's now.</summary>
    public long? RunEvents { get; init; }

    public static JobChange Move(JobStatus to, string message, string level = "info") => new() { To = to, Notes = [new JobNote(message, level)] };
}

/// <summary>The job is another node's now, or nobody's: whoever worked on it has to stop.</summary>
sealed class LeaseLostException(string job) : Exception($"The job {job} is no longer this node's.");
