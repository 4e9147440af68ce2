using System.Text.Json.Nodes;
using Hone.Server.Accounts;
using Hone.Server.Files;
using Hone.Server.Queue;
using Hone.Server.Queue.Outputs;

namespace Hone.Server.OpenAi.FineTuning;

/// <summary>A job in OpenAI's shape.</summary>
static class JobObject
{
    const string Prefix = "ftjob-";

    static readonly string[] _shared = ["n_epochs", "batch_size", "learning_rate_multiplier"];
    static readonly string[] _reinforcement = [.. _shared, "compute_multiplier", "eval_interval", "eval_samples", "reasoning_effort"];

    public static string Id(ServerJob job) => Prefix + job.Id;

    public static string? PlainId(string? id) => id is not null && id.StartsWith(Prefix, StringComparison.Ordinal) ? id[Prefix.Length..] : id;

    /// <summary>Jobs in OpenAI's shape, each with the file of its results where it has ended and there is one.</summary>
    public static async Task<IReadOnlyList<JsonObject>> Of(HttpContext context, Caller caller, IReadOnlyList<ServerJob> jobs)
    {
        string[] ids = [.. jobs.Where(job => JobMoves.IsEnd(job.Status) && job.Step > 0).Select(job => ResultFile.IdOf(job.Id))];
        var there = await context.Service<IFiles>().Which(caller, ids, context.RequestAborted);
        return [.. jobs.Select(job => Of(job, there.Contains(ResultFile.IdOf(job.Id)) ? [ResultFile.IdOf(job.Id)] : []))];
    }

    static JsonObject Of(ServerJob job, IReadOnlyList<string> results) => new()
    {
        ["object"] = "fine_tuning.job",
        ["id"] = Id(job),
        ["model"] = job.BaseModel,
        ["created_at"] = Answers.Seconds(job.Created),
        ["finished_at"] = Answers.Seconds(job.Ended),
        ["estimated_finish"] = Answers.Seconds(EstimatedFinish(job)),
        ["fine_tuned_model"] = job.Status is JobStatus.Completed ? job.OutputModel : null,
        ["organization_id"] = ModelsApi.Organization(job.Account),
        ["result_files"] = new JsonArray([.. results.Select(id => JsonValue.Create(id))]),
        ["status"] = Status(job),
        ["training_file"] = Source(job, "training"),
        ["validation_file"] = Source(job, "validation"),
        ["hyperparameters"] = Hyperparameters(job, _shared),
        ["trained_tokens"] = JobMoves.IsEnd(job.Status) ? job.TrainedTokens : null,
        ["error"] = job.Failure is { } failure
            ? new JsonObject { ["code"] = failure.Code, ["message"] = failure.Message, ["param"] = failure.Parameter }
            : null,
        ["user_provided_suffix"] = job.Request["suffix"]?.DeepClone(),
        ["seed"] = job.Settings["seed"]?.DeepClone() ?? 0,
        ["integrations"] = new JsonArray(),
        ["metadata"] = new JsonObject(job.Metadata.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value))),
        ["method"] = Method(job),
    };

    // Stopping and pausing go on running until the step is over, which is what whoever polls should see.
    static string Status(ServerJob job) => job.Status switch
    {
        JobStatus.Queued => "queued",
        JobStatus.Running when job.Phases.Training.Status == PhaseStatus.NotStarted => "validating_files",
        JobStatus.Running or JobStatus.Pausing or JobStatus.Stopping => "running",
        JobStatus.Paused => "paused",
        JobStatus.Stopped => "cancelled",
        JobStatus.Completed => "succeeded",
        _ => "failed",
    };

    /// <summary>Steps take as long as they have taken so far.</summary>
    static DateTimeOffset? EstimatedFinish(ServerJob job) =>
        job is { Status: JobStatus.Running, Phases.Training.Started: { } started, Step: > 0, Steps: { } steps }
            ? started + (job.Modified - started) / job.Step * steps
            : null;

    static string? Source(ServerJob job, string role) => job.Inputs.FirstOrDefault(input => input.Role == role)?.Source;

    static JsonObject Method(ServerJob job)
    {
        bool isReinforcement = job.Method == JobMethod.Reinforcement;
        string type = isReinforcement ? "reinforcement" : "supervised";
        var method = new JsonObject { ["hyperparameters"] = Hyperparameters(job, isReinforcement ? _reinforcement : _shared) };
        if (isReinforcement)
        {
            var given = (job.Request["method"] as JsonObject)?["reinforcement"] as JsonObject;
            method.Insert(0, "grader", (given?["grader"] ?? job.Settings["grader"])?.DeepClone());
            method["response_format"] = given?["response_format"]?.DeepClone();
        }

        return new() { ["type"] = type, [type] = method };
    }

    /// <summary>As they were given; what was not is "auto", as with OpenAI before a job has begun.</summary>
    static JsonObject Hyperparameters(ServerJob job, string[] names)
    {
        var method = job.Request["method"] as JsonObject;
        var given = (method?[job.Method == JobMethod.Reinforcement ? "reinforcement" : "supervised"] as JsonObject)?["hyperparameters"] as JsonObject
            ?? job.Request["hyperparameters"] as JsonObject;
        return new(names.Select(name => KeyValuePair.Create(
            name, given?[name]?.DeepClone() ?? (JsonNode?)(name == "reasoning_effort" ? "default" : "auto"))));
    }
}
