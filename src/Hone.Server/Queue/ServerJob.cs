using System.Text.Json.Nodes;

namespace Hone.Server.Queue;

/// <summary>Where a job stands. <see cref="JobMoves"/> says what may follow what.</summary>
public enum JobStatus
{
    /// <summary>Waits for a node.</summary>
    Queued,

    /// <summary>A node works on it; <see cref="ServerJob.Phases"/> says at what.</summary>
    Running,

    /// <summary>The run is asked to stop and be kept.</summary>
    Pausing,

    /// <summary>Can be gone on with.</summary>
    Paused,

    /// <summary>The run is asked to stop for good.</summary>
    Stopping,

    /// <summary>Stopped for good; its last checkpoint is kept and callable.</summary>
    Stopped,

    Completed,
    Failed,
}

public enum JobMethod
{
    Reinforcement,
    Supervised,
}

/// <summary>The surface that a job was made through.</summary>
public enum JobApi
{
    OpenAi,
    Bedrock,
    Hone,
}

public enum PhaseStatus
{
    NotStarted,
    InProgress,
    Completed,
    Stopping,
    Stopped,
    Failed,
}

/// <summary>A part of a job's way. Times are null before it starts.</summary>
public sealed record JobPhase(PhaseStatus Status, DateTimeOffset? Started, DateTimeOffset? Modified)
{
    public static JobPhase NotStarted { get; } = new(PhaseStatus.NotStarted, null, null);
}

/// <summary>Validation: the settings, data and grader are tried. Data: inputs are fetched and laid out. Training: the run itself.</summary>
public sealed record JobPhases(JobPhase Validation, JobPhase Data, JobPhase Training);

/// <summary>Why a job failed, for the person who made it.</summary>
public sealed record JobFailure(string Code, string Message, string? Parameter = null);

/// <summary>A file that a job reads. Source: a file id, an s3:// address, or an absolute path (only for jobs of the machine's owner).</summary>
/// <param name="Role">"training", "validation", "test", or "grader": where the job's settings name it as inputs/ROLE.ending.</param>
/// <param name="InvocationLogs">For a training source that is a log of calls: the invocationLogsConfig without its source.</param>
public sealed record JobInput(string Role, string Source, JsonObject? InvocationLogs = null);

/// <summary>A job that a surface asks for, after it has checked its own part.</summary>
public sealed record NewJob
{
    public required JobApi Api { get; init; }
    public required JobMethod Method { get; init; }

    /// <summary>1 to 63 characters, unique among the account's jobs where the surface promises that.</summary>
    public required string Name { get; init; }

    /// <summary>Name of the model that comes of it: OpenAI's suffix, Bedrock's customModelName; null: the job's name.</summary>
    public string? ModelName { get; init; }

    /// <summary>Same token, same account: the job that is there is returned, none is made.</summary>
    public string? Token { get; init; }

    /// <summary>A model reference as the user wrote it; the registry resolves it.</summary>
    public required string Model { get; init; }

    public required IReadOnlyList<JobInput> Inputs { get; init; }

    /// <summary>
    /// A job file without baseModel, startAdapter, trainingData, validationData, testData and name, which the queue puts in.
    /// </summary>
    public required JsonObject Settings { get; init; }

    /// <summary>Where outputs are laid out as Bedrock does; null: only the run folder.</summary>
    public string? OutputUri { get; init; }

    /// <summary>The request as it came, for the surface's answers (roleArn, customizationConfig, hyperparameters as given …).</summary>
    public required JsonObject Request { get; init; }

    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    /// <summary>Higher goes first; equal ones in the order they came.</summary>
    public int Priority { get; init; }
}

/// <summary>A job that is stored.</summary>
public sealed record ServerJob
{
    /// <summary>Twelve of [a-z0-9]. OpenAI's surface calls it "ftjob-ID", Bedrock's ends its ARN with it.</summary>
    public required string Id { get; init; }
    public required string Account { get; init; }
    public required JobApi Api { get; init; }
    public required JobMethod Method { get; init; }
    public required string Name { get; init; }
    public required string ModelName { get; init; }
    public string? Token { get; init; }

    /// <summary>The base model's id.</summary>
    public required string BaseModel { get; init; }
    public required IReadOnlyList<JobInput> Inputs { get; init; }
    public required JsonObject Settings { get; init; }
    public string? OutputUri { get; init; }
    public required JsonObject Request { get; init; }
    public required IReadOnlyDictionary<string, string> Metadata { get; init; }
    public int Priority { get; init; }
    public required JobStatus Status { get; init; }
    public required JobPhases Phases { get; init; }
    public JobFailure? Failure { get; init; }
    public required DateTimeOffset Created { get; init; }
    public required DateTimeOffset Modified { get; init; }
    public DateTimeOffset? Started { get; init; }
    public DateTimeOffset? Ended { get; init; }

    /// <summary>Absolute path of the run, on this node or on storage that all nodes share. It need not be there yet.</summary>
    public required string RunFolder { get; init; }

    /// <summary>The tuned model's id, once there is one.</summary>
    public string? OutputModel { get; init; }

    /// <summary>Tokens that were trained on so far.</summary>
    public long TrainedTokens { get; init; }

    /// <summary>Steps that are done, and of the whole run once that is known.</summary>
    public int Step { get; init; }
    public int? Steps { get; init; }

    /// <summary>The node that works on it.</summary>
    public string? Node { get; init; }
}
