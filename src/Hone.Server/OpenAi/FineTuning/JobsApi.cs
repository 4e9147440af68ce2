using System.Text.Json.Nodes;
using Hone.Server.Accounts;
using Hone.Server.Files;
using Hone.Server.OpenAi.Reading;
using Hone.Server.Queue;
using Hone.Server.Queue.Graders;
using Hone.Server.Registry;

namespace Hone.Server.OpenAi.FineTuning;

/// <summary>Fine-tuning jobs. Jobs that were made through another API are shown too.</summary>
static class JobsApi
{
    const int MostListed = 1000, LongestToken = 256;
    const string Path = "fine_tuning/jobs", One = $"{Path}/{{job}}";

    // A run stops after the step that it is at; most steps are over sooner than this, and then the answer has the end in it.
    static readonly TimeSpan _patience = TimeSpan.FromSeconds(5), _between = TimeSpan.FromMilliseconds(50);

    public static void Map(OpenAiRoutes routes)
    {
        routes.Post(Path, Create);
        routes.Get(Path, List);
        routes.Get(One, Retrieve);
        routes.Post($"{One}/cancel", context => Move(context, jobs => jobs.Stop));
        routes.Post($"{One}/pause", context => Move(context, jobs => jobs.Pause));
        routes.Post($"{One}/resume", context => Move(context, jobs => jobs.Resume));
        routes.Get($"{One}/checkpoints", Checkpoints);
    }

    static async Task Create(HttpContext context)
    {
        var caller = context.Writer();
        var job = await context.ReadJson(JobRequest.Read);
        await CheckFiles(context, caller, job);
        var judges = new JudgePlaces(context.Service<IModels>(), caller, context.RequestAborted);
        await judges.Resolve(job.Settings["grader"], "method.reinforcement.grader");
        string? token = Token(context);
        var created = await context.Service<IJobs>().Create(caller, job with { Token = token }, context.RequestAborted);
        if (token is not null && !JsonNode.DeepEquals(created.Request, job.Request))
        {
            throw ApiProblem.Conflict(
                $"Idempotency-Key '{token}' was used for the job {JobObject.Id(created)} with another body; send this one with a key of its own.");
        }

        await Answer(context, caller, created);
    }

    static string? Token(HttpContext context)
    {
        string? token = context.Request.Headers["Idempotency-Key"];
        return string.IsNullOrEmpty(token) ? null
            : token.Length <= LongestToken ? token
            : throw ApiProblem.Invalid($"Idempotency-Key has {token.Length} characters, but may have {LongestToken} at most.");
    }

    static async Task CheckFiles(HttpContext context, Caller caller, NewJob job)
    {
        var problems = new ProblemList();
        foreach (var input in job.Inputs)
        {
            string key = $"{input.Role}_file";
            try
            {
                var file = await context.Service<IFiles>().Find(caller, input.Source, context.RequestAborted);
                if (file.Purpose is not ("fine-tune" or "user_data"))
                {
                    problems.Add(
                        key, "invalid_value", $"{key} is {file.Id}, which was uploaded as '{file.Purpose}'; upload it with the purpose 'fine-tune'.");
                }
            }
            catch (ApiProblem problem) when (problem.Kind == ProblemKind.NotFound)
            {
                problems.Add(key, "invalid_value", $"{key} is '{input.Source}', but there is no such file; upload it with POST /v1/files.");
            }
        }

        problems.ThrowIfAny();
    }

    static async Task List(HttpContext context)
    {
        var form = new QueryForm(context.Request.Query);
        string? after = JobObject.PlainId(form.Text("after"));
        var query = new JobQuery { After = after, Limit = form.Count("limit", 20, MostListed), Metadata = form.Pairs("metadata") };
        form.Text("metadata");
        form.Finish();
        var caller = context.Reader();
        var page = await context.Service<IJobs>().List(caller, query, context.RequestAborted);
        await context.Answer(Answers.List(await JobObject.Of(context, caller, page.Items), page.More));
    }

    static async Task Retrieve(HttpContext context)
    {
        var caller = context.Reader();
        await Answer(context, caller, await context.Service<IJobs>().Find(caller, context.Route("job"), context.RequestAborted));
    }

    static async Task Answer(HttpContext context, Caller caller, ServerJob job) =>
        await context.Answer((await JobObject.Of(context, caller, [job]))[0]);

    static async Task Move(HttpContext context, Func<IJobs, Func<Caller, string, CancellationToken, Task<ServerJob>>> move)
    {
        var caller = context.Writer();
        var jobs = context.Service<IJobs>();
        var stop = context.RequestAborted;
        var job = await move(jobs)(caller, context.Route("job"), stop);
        var clock = context.Service<TimeProvider>();
        long start = clock.GetTimestamp();
        while (job.Status is JobStatus.Stopping or JobStatus.Pausing && clock.GetElapsedTime(start) < _patience)
        {
            await Task.Delay(_between, clock, stop);
            job = await jobs.Find(caller, job.Id, stop);
        }

        await Answer(context, caller, job);
    }

    static async Task Checkpoints(HttpContext context)
    {
        var query = new QueryForm(context.Request.Query);
        string? after = query.Text("after");
        int limit = query.Count("limit", 10, MostListed);
        query.Finish();
        var jobs = context.Service<IJobs>();
        var job = await jobs.Find(context.Reader(), context.Route("job"), context.RequestAborted);
        var all = await jobs.Checkpoints(context.Reader(), job.Id, context.RequestAborted);
        var rest = all.SkipWhile(checkpoint => after is not null && checkpoint.Id != after).Skip(after is null ? 0 : 1).ToList();
        if (after is not null && all.All(checkpoint => checkpoint.Id != after))
        {
            throw ApiProblem.Invalid($"after is '{after}', which is no checkpoint of {JobObject.Id(job)}.", "after");
        }

        await context.Answer(Answers.List(rest.Take(limit).Select(checkpoint => CheckpointObject.Of(job, checkpoint)), rest.Count > limit));
    }
}
