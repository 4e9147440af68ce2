using System.Text.Json.Nodes;
using Hone.Server.Bedrock.Jobs;
using Hone.Server.Queue;
using Hone.Server.Registry;

namespace Hone.Server.Bedrock.Models;

/// <summary>Custom models as GetCustomModel and the list show them.</summary>
sealed class CustomModelAnswers(Arns arns)
{
    /// <param name="job">The job that made it; null for an imported one, and where the job is gone.</param>
    public JsonObject Full(ServedModel model, ServerJob? job)
    {
        // A job of another surface has no request in Bedrock's words.
        var request = job?.Api == JobApi.Bedrock ? job.Request : [];
        return new JsonObject
        {
            ["modelArn"] = arns.Model(model),
            ["modelName"] = model.Name,
            ["jobName"] = job?.Name,
            ["jobArn"] = job is null ? null : arns.Job(job),
            ["baseModelArn"] = arns.Foundation(model.Base),
            ["customizationType"] = Type(model, job),
            ["modelKmsKeyArn"] = JobAnswers.Given(request, "customModelKmsKeyId"),
            ["hyperParameters"] = JobAnswers.Given(request, "hyperParameters"),
            ["trainingDataConfig"] = JobAnswers.Given(request, "trainingDataConfig"),
            ["validationDataConfig"] = JobAnswers.Given(request, "validationDataConfig"),
            ["outputDataConfig"] = JobAnswers.Given(request, "outputDataConfig"),
            ["creationTime"] = Answers.Time(model.Created),
            ["customizationConfig"] = JobAnswers.Given(request, "customizationConfig"),
            ["modelStatus"] = model.Status.ToString(),
            ["failureMessage"] = model.Failure,
        }.WithoutNulls();
    }

    public JsonObject Summary(ServedModel model, ServerJob? job) => new JsonObject
    {
        ["modelArn"] = arns.Model(model),
        ["modelName"] = model.Name,
        ["creationTime"] = Answers.Time(model.Created),
        ["baseModelArn"] = arns.Foundation(model.Base),
        ["baseModelName"] = model.Base,
        ["customizationType"] = Type(model, job),
        ["ownerAccountId"] = model.Account,
        ["modelStatus"] = model.Status.ToString(),
    }.WithoutNulls();

    static string? Type(ServedModel model, ServerJob? job) =>
        model.Kind == ModelKind.Imported ? "IMPORTED" : job is null ? null : JobAnswers.Type(job);
}
