using System.Text.Json.Nodes;
using Hone.Server.Accounts;
using Hone.Server.Files;

namespace Hone.Server.Queue;

/// <summary>What happened to a job. Number rises within a job; Id is "ftevent-" and the job's id and the number.</summary>
/// <param name="Level">"info", "warn" or "error".</param>
/// <param name="Type">"message" or "metrics".</param>
/// <param name="Data">For metrics: the step's numbers by Hone's names (step, totalSteps, rewardMean, …, validationReward or validationLoss).</param>
public sealed record JobEvent(string Id, long Number, DateTimeOffset At, string Level, string Type, string Message, JsonObject? Data);

/// <summary>A checkpoint that can be called while and after its job runs. Model is the registry's id.</summary>
public sealed record JobCheckpoint(string Id, string Model, int Step, DateTimeOffset Created, JsonObject Metrics);

/// <summary>Which jobs of an account, in which order. Null: any.</summary>
public sealed record JobQuery
{
    public DateTimeOffset? CreatedAfter { get; init; }
    public DateTimeOffset? CreatedBefore { get; init; }
    public JobStatus? Status { get; init; }
    public JobApi? Api { get; init; }
    public string? Name { get; init; }
    public string? NameContains { get; init; }
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();
    public bool OldestFirst { get; init; }

    /// <summary>Id of the job that the page begins behind.</summary>
    public string? After { get; init; }
    public int Limit { get; init; } = 20;
}

/// <summary>The queue of jobs. Every change of status goes through <see cref="JobMoves"/> and the audit log.</summary>
public interface IJobs
{
    /// <exception cref="ApiProblem">The model is unknown, an input cannot be read, a setting is refused (all problems in one message).</exception>
    Task<ServerJob> Create(Caller caller, NewJob job, CancellationToken stop);

    /// <param name="reference">An id, with or without "ftjob-", a name, or an ARN.</param>
    /// <exception cref="ApiProblem">There is none that the caller may see.</exception>
    Task<ServerJob> Find(Caller caller, string reference, CancellationToken stop);

    Task<Page<ServerJob>> List(Caller caller, JobQuery query, CancellationToken stop);

    /// <summary>Asks for an end: at once for a job that waits, else after what it is at. The last checkpoint is kept.</summary>
    /// <exception cref="ApiProblem">It has ended.</exception>
    Task<ServerJob> Stop(Caller caller, string reference, CancellationToken stop);

    Task<ServerJob> Pause(Caller caller, string reference, CancellationToken stop);

    Task<ServerJob> Resume(Caller caller, string reference, CancellationToken stop);

    /// <summary>
    /// Events behind number <paramref name="after"/> (0: from the start): oldest first those with higher numbers, newest first those with lower
    /// ones.
    /// </summary>
    Task<Page<JobEvent>> Events(Caller caller, string reference, long after, int limit, bool newestFirst, CancellationToken stop);

    /// <summary>Events behind a number, those that are there and then those that come, until the job has ended.</summary>
    IAsyncEnumerable<JobEvent> Follow(Caller caller, string reference, long after, CancellationToken stop);

    /// <summary>The newest first.</summary>
    Task<IReadOnlyList<JobCheckpoint>> Checkpoints(Caller caller, string reference, CancellationToken stop);
}
