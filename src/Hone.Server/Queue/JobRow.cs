using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hone.Server.Queue;

/// <summary>A job as the database has it.</summary>
sealed class JobRow
{
    public const string Columns = """
        number AS Number, id AS Id, account AS Account, token AS Token, api AS Api, name AS Name, document AS Document, priority AS Priority,
        status AS Status, phases AS Phases, failure AS Failure, created AS Created, modified AS Modified, started AS Started, ended AS Ended,
        output_model AS OutputModel, trained_tokens AS TrainedTokens, step AS Step, steps AS Steps, node AS Node, crashes AS Crashes,
        tier AS Tier, any_tier AS AnyTier, run_events AS RunEvents
        """;

    public long Number { get; init; }
    public required string Id { get; init; }
    public required string Account { get; init; }
    public string? Token { get; init; }
    public required string Api { get; init; }
    public required string Name { get; init; }
    public required string Document { get; init; }
    public long Priority { get; init; }
    public required string Status { get; init; }
    public required string Phases { get; init; }
    public string? Failure { get; init; }
    public long Created { get; init; }
    public long Modified { get; init; }
    public long? Started { get; init; }
    public long? Ended { get; init; }
    public string? OutputModel { get; init; }
    public long TrainedTokens { get; init; }
    public long Step { get; init; }
    public long? Steps { get; init; }
    public string? Node { get; init; }
    public long Crashes { get; init; }
    public string? Tier { get; init; }
    public long AnyTier { get; init; }
    public long RunEvents { get; init; }

    public JobStatus State => Enum.Parse<JobStatus>(Status);

    public StoredSpec Spec => JsonSerializer.Deserialize<StoredSpec>(Document)!;

    public ServerJob Job(JobFolders folders)
    {
        var spec = Spec;
        return new ServerJob
        {
            Id = Id,
            Account = Account,
            Api = Enum.Parse<JobApi>(Api),
            Method = spec.Method,
            Name = Name,
            ModelName = spec.ModelName,
            Token = Token,
            BaseModel = spec.BaseModel,
            Inputs = spec.Inputs,
            Settings = spec.Settings,
            OutputUri = spec.OutputUri,
            Request = spec.Request,
            Metadata = spec.Metadata,
            Priority = (int)Priority,
            Status = State,
            Phases = JsonSerializer.Deserialize<JobPhases>(Phases)!,
            Failure = Failure is null ? null : JsonSerializer.Deserialize<JobFailure>(Failure),
            Created = Time(Created),
            Modified = Time(Modified),
            Started = Started is { } started ? Time(started) : null,
            Ended = Ended is { } ended ? Time(ended) : null,
            RunFolder = folders.Run(Id),
            OutputModel = OutputModel,
            TrainedTokens = TrainedTokens,
            Step = (int)Step,
            Steps = (int?)Steps,
            Node = Node,
        };
    }

    static DateTimeOffset Time(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
}

/// <summary>What does not change about a job.</summary>
/// <param name="StartModel">Id of the tuned model that the job goes on from; null: from the base model.</param>
sealed record StoredSpec(
    JobMethod Method, string ModelName, string BaseModel, string? StartModel, IReadOnlyList<JobInput> Inputs, JsonObject Settings, string? OutputUri,
    JsonObject Request, IReadOnlyDictionary<string, string> Metadata);
