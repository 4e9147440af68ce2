using System.Text.Json.Nodes;
using Hone.Server.Accounts;
using Hone.Server.Bedrock.Logging;
using Hone.Server.Bedrock.Reading;
using Hone.Server.Bedrock.Tags;
using Hone.Server.Queue;
using Hone.Server.Registry;
using Microsoft.AspNetCore.Routing;

namespace Hone.Server.Bedrock.Jobs;

/// <summary>Model-customization jobs.</summary>
sealed class JobRoutes(
    IJobs jobs, IModels models, JobAnswers answers, Arns arns, ResourceTags tags, BucketOwners owners, InvocationLog log)
{
    const int LatestEvents = 100;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/model-customization-jobs", (HttpContext context, JobRoutes bedrock) => bedrock.Create(context));
        routes.MapGet("/model-customization-jobs", (HttpContext context, JobRoutes bedrock) => bedrock.List(context));
        routes.MapGet("/model-customization-jobs/{**rest}", (HttpContext context, JobRoutes bedrock) => bedrock.Get(context));
        routes.MapPost("/model-customization-jobs/{**rest}", (HttpContext context, JobRoutes bedrock) => bedrock.Stop(context));
    }

    async Task Create(HttpContext context)
    {
        var (caller, stop) = (context.Caller(KeyScopes.Write), context.RequestAborted);
        var asked = await context.ReadForm(JobRequest.Read);
        foreach (string uri in asked.Inputs.Select(input => input.Source).Append(asked.OutputUri!))
        {
            await owners.Require(caller, BucketOwners.BucketOf(uri), stop);
        }

        if (asked.Inputs.Any(input => input.InvocationLogs is not null))
        {
            // Calls that were answered before the job was asked for belong to it, whether or not they have been delivered.
            await log.Flush(caller.Account, stop);
        }

        var job = await jobs.Create(caller, asked, stop);
        if (!JsonNode.DeepEquals(job.Request, asked.Request))
        {
            throw ApiProblem.Conflict(
                $"clientRequestToken '{asked.Token}' was used for the job {job.Name} with other parameters; give this job a token of its own.");
        }

        await tags.Add(caller, arns.Job(job), TagList.Of(asked.Request["jobTags"]), stop);
        await context.Write(201, new JsonObject { ["jobArn"] = arns.Job(job) });
    }

    async Task Get(HttpContext context)
    {
        var (caller, stop) = (context.Caller(KeyScopes.Read), context.RequestAborted);
        new Query(context).Finish();
        var job = await Find(caller, context.Reference(), stop);
        var (baseModel, output) = await Models(caller, job, stop);
        await context.Write(200, answers.Full(job, baseModel, output, await Losses(caller, job, stop)));
    }

    async Task List(HttpContext context)
    {
        var (caller, stop) = (context.Caller(KeyScopes.Read), context.RequestAborted);
        var query = new Query(context);
        string? status = query.Choice("statusEquals", "InProgress", "Completed", "Failed", "Stopping", "Stopped");
        var wanted = new JobQuery
        {
            Api = JobApi.Bedrock,
            CreatedAfter = query.Time("creationTimeAfter"),
            CreatedBefore = query.Time("creationTimeBefore"),
            NameContains = query.Text("nameContains"),
            Status = status is null or "InProgress" ? null : Enum.Parse<JobStatus>(status),
        };
        var paging = query.Paging();
        query.Finish();
        var (page, next) = await Page(caller, wanted with { OldestFirst = paging.Ascending, After = paging.After }, status, paging, stop);
        List<JsonObject> summaries = [];
        foreach (var job in page)
        {
            var (baseModel, output) = await Models(caller, job, stop);
            summaries.Add(answers.Summary(job, baseModel, output));
        }

        await context.Write(200, Paging.Answer("modelCustomizationJobSummaries", summaries, next));
    }

    // A job in progress has one of several states of the queue, which it is asked for one by one.
    async Task<(IReadOnlyList<ServerJob> Jobs, string? Next)> Page(
        Caller caller, JobQuery query, string? status, Paging paging, CancellationToken stop)
    {
        List<ServerJob> found = [];
        for (bool more = true; more && found.Count <= paging.Limit;)
        {
            var page = await jobs.List(caller, query with { Limit = paging.Limit + 1 }, stop);
            found.AddRange(page.Items.Where(job => status is null || JobAnswers.Status(job.Status) == status));
            query = query with { After = page.Items is [.., var last] ? last.Id : query.After };
            more = page.More;
        }

        return found.Count > paging.Limit ? (found[..paging.Limit], paging.Token(found[paging.Limit - 1].Id)) : (found, null);
    }

    async Task Stop(HttpContext context)
    {
        var (caller, stop) = (context.Caller(KeyScopes.Write), context.RequestAborted);
        string reference = context.Reference(suffix: "/stop");
        await context.ReadForm(form => form);
        var job = await Find(caller, reference, stop);
        await jobs.Stop(caller, job.Id, stop);
        await context.Write(200, new JsonObject());
    }

    async Task<ServerJob> Find(Caller caller, string reference, CancellationToken stop)
    {
        var job = await jobs.Find(caller, reference, stop);
        if (job.Api == JobApi.Bedrock)
        {
            return job;
        }

        // Names are unique here, but jobs of other surfaces may have the same.
        var named = await jobs.List(caller, new JobQuery { Api = JobApi.Bedrock, Name = reference, Limit = 1 }, stop);
        return named.Items.SingleOrDefault() ?? throw ApiProblem.NotFound($"There is no model-customization job '{reference}'.");
    }

    async Task<(ServedModel? Base, ServedModel? Output)> Models(Caller caller, ServerJob job, CancellationToken stop)
    {
        string asked = (string?)job.Request["baseModelIdentifier"] ?? job.BaseModel;
        var output = job.OutputModel is { } made ? await models.FindOrNull(caller, made, stop) : null;
        return (await models.FindOrNull(caller, asked, stop), output);
    }

    async Task<(double?, double?)> Losses(Caller caller, ServerJob job, CancellationToken stop)
    {
        var page = await jobs.Events(caller, job.Id, 0, LatestEvents, newestFirst: true, stop);
        double? Last(params string[] names) => page.Items
            .Select(one => names.Select(name => one.Data?[name]).OfType<JsonValue>().FirstOrDefault())
            .OfType<JsonValue>().Select(value => value.TryGetValue(out double number) ? number : (double?)null)
            .FirstOrDefault(number => number is not null);
        return (Last("loss", "trainLoss", "trainingLoss"), Last("validationLoss"));
    }
}
