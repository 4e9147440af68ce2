using System.Text.Json.Nodes;
using Hone.Server.Queue;
using Hone.Server.Registry;

namespace Hone.Server.Bedrock.Jobs;

/// <summary>Jobs as GetModelCustomizationJob and the list show them.</summary>
sealed class JobAnswers(Arns arns)
{
    const int LongestFailure = 2048;

    /// <param name="baseModel">What the job begins with: a base model, or a custom model that it goes on from.</param>
    /// <param name="output">The job's model, once there is one.</param>
    /// <param name="losses">The last ones that the job told of.</param>
    public JsonObject Full(ServerJob job, ServedModel? baseModel, ServedModel? output, (double? Training, double? Validation) losses)
    {
        var request = job.Request;
        var answer = new JsonObject
        {
            ["jobArn"] = arns.Job(job),
            ["jobName"] = job.Name,
            ["outputModelName"] = job.ModelName,
            ["outputModelArn"] = output is null ? null : arns.Model(output),
            ["clientRequestToken"] = job.Token,
            ["roleArn"] = Given(request, "roleArn"),
            ["status"] = Status(job.Status),
            ["statusDetails"] = Details(job),
            ["failureMessage"] = Failure(job),
            ["creationTime"] = Answers.Time(job.Created),
            ["lastModifiedTime"] = Answers.Time(job.Modified),
            ["endTime"] = job.Ended is { } end ? Answers.Time(end) : null,
            ["baseModelArn"] = BaseModel(job, baseModel),
            ["hyperParameters"] = Given(request, "hyperParameters"),
            ["trainingDataConfig"] = Given(request, "trainingDataConfig"),
            ["validationDataConfig"] = Given(request, "validationDataConfig") ?? new JsonObject { ["validators"] = new JsonArray() },
            ["outputDataConfig"] = Given(request, "outputDataConfig"),
            ["customizationType"] = Type(job),
            ["outputModelKmsKeyArn"] = Given(request, "customModelKmsKeyId"),
            ["trainingMetrics"] = losses.Training is { } loss ? new JsonObject { ["trainingLoss"] = loss } : null,
            ["validationMetrics"] = losses.Validation is { } held ? new JsonArray(new JsonObject { ["validationLoss"] = held }) : null,
            ["vpcConfig"] = Given(request, "vpcConfig"),
            ["customizationConfig"] = Given(request, "customizationConfig"),
        };
        return answer.WithoutNulls();
    }

    public JsonObject Summary(ServerJob job, ServedModel? baseModel, ServedModel? output) => new JsonObject
    {
        ["jobArn"] = arns.Job(job),
        ["baseModelArn"] = BaseModel(job, baseModel),
        ["jobName"] = job.Name,
        ["status"] = Status(job.Status),
        ["statusDetails"] = Details(job),
        ["creationTime"] = Answers.Time(job.Created),
        ["lastModifiedTime"] = Answers.Time(job.Modified),
        ["endTime"] = job.Ended is { } end ? Answers.Time(end) : null,
        ["customModelArn"] = output is null ? null : arns.Model(output),
        ["customModelName"] = job.ModelName,
        ["customizationType"] = Type(job),
    }.WithoutNulls();

    public static string Type(ServerJob job) => job.Method == JobMethod.Reinforcement ? "REINFORCEMENT_FINE_TUNING" : "FINE_TUNING";

    /// <summary>A member of the request as it came; null where it had none.</summary>
    public static JsonNode? Given(JsonObject request, string name) => request[name]?.DeepClone();

    // Bedrock has no word for a job that waits or rests: it is in progress.
    public static string Status(JobStatus status) => status switch
    {
        JobStatus.Completed => "Completed",
        JobStatus.Failed => "Failed",
        JobStatus.Stopping => "Stopping",
        JobStatus.Stopped => "Stopped",
        _ => "InProgress",
    };

    string BaseModel(ServerJob job, ServedModel? model) => model is null ? arns.Foundation(job.BaseModel) : arns.Model(model);

    static string? Failure(ServerJob job) =>
        job.Failure?.Message is { Length: > LongestFailure } message ? message[..(LongestFailure - 1)] + "…" : job.Failure?.Message;

    static JsonObject Details(ServerJob job) => new()
    {
        ["validationDetails"] = Phase(job, job.Phases.Validation),
        ["dataProcessingDetails"] = Phase(job, job.Phases.Data),
        ["trainingDetails"] = Phase(job, job.Phases.Training),
    };

    static JsonObject Phase(ServerJob job, JobPhase phase) => new JsonObject
    {
        ["status"] = phase.Status.ToString(),
        ["creationTime"] = phase.Started is { } started ? Answers.Time(started) : null,
        ["lastModifiedTime"] = (phase.Modified ?? phase.Started) is { } modified ? Answers.Time(modified) : null,
    }.WithoutNulls();
}
