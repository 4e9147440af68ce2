using System.Text.Json;
using System.Text.Json.Nodes;
using Hone.Jobs;
using Hone.Server.Accounts;
using Hone.Server.Queue;
using Hone.Server.Queue.Graders;
using Hone.Server.Registry;

namespace Hone.Server.Runs;

/// <summary>A request to /hone/v1 with what its handlers need of it.</summary>
sealed class Exchange(HttpContext context, KeyScopes needs)
{
    public Caller Caller { get; } = context.Caller(needs);

    public CancellationToken Stop => context.RequestAborted;

    public QueryReader Query { get; } = new(context.Request.Query);

    public IJobs Jobs => Service<IJobs>();

    public HttpResponse Response => context.Response;

    /// <summary>The client would rather be told as things happen.</summary>
    public bool WantsEvents => context.Request.Headers.Accept.ToString().Contains("text/event-stream", StringComparison.OrdinalIgnoreCase);

    /// <summary>A route's handler, behind the scopes that it needs.</summary>
    public static RequestDelegate Handle(KeyScopes needs, Func<Exchange, Task> handler) => context => handler(new Exchange(context, needs));

    public T Service<T>() where T : notnull => context.RequestServices.GetRequiredService<T>();

    public string Route(string name) => (string)context.Request.RouteValues[name]!;

    public Task<ServerJob> Job() => Jobs.Find(Caller, Route("job"), Stop);

    /// <exception cref="ApiProblem">The job is not there, or has no run that can be read yet.</exception>
    public async Task<RunReader> Run() => OpenRun(await Job());

    public static RunReader OpenRun(ServerJob job) => FindRun(job)
        ?? throw new ApiProblem(ProblemKind.NotFound, $"The job {job.Name} has no run yet; it is {Words.Of(job.Status)}.") { Code = "no_run_yet" };

    /// <summary>The job's run; null while it has none.</summary>
    public static RunReader? FindRun(ServerJob job)
    {
        try
        {
            return File.Exists(Path.Combine(job.RunFolder, "job.json")) && File.Exists(Path.Combine(job.RunFolder, "run.db"))
                ? RunReader.Open(job.RunFolder)
                : null;
        }
        catch (Exception e) when (e is RunException or JobException)
        {
            throw new ApiProblem(ProblemKind.Unavailable, $"The run of the job {job.Name} cannot be read: {e.Message.Replace(job.RunFolder, "its folder", StringComparison.Ordinal)}")
            {
                Code = "run_unreadable",
            };
        }
    }

    /// <summary>Puts the folders of this server's models into a grader that asks them by name.</summary>
    /// <exception cref="ApiProblem">A model that nobody can ask.</exception>
    public Task PlaceJudges(JsonNode? grader, string path) => new JudgePlaces(Service<IModels>(), Caller, Stop).Resolve(grader, path);

    public Task Answer(object value, int status = StatusCodes.Status200OK)
    {
        Response.StatusCode = status;
        Response.Headers.CacheControl = "no-store";
        return Response.WriteAsJsonAsync(value, HoneJson.Options, Stop);
    }

    /// <summary>The body: a JSON object with no other keys than these.</summary>
    public async Task<JsonObject> Body(params string[] known)
    {
        var node = await Parse();
        if (node.Select(pair => pair.Key).FirstOrDefault(key => !known.Contains(key)) is { } other)
        {
            throw ApiProblem.Invalid($"The body has no key '{other}'; it can have {string.Join(", ", known)}.", other);
        }

        return node;
    }

    async Task<JsonObject> Parse()
    {
        try
        {
            return await JsonNode.ParseAsync(context.Request.Body, documentOptions: HoneJson.Reading, cancellationToken: Stop) as JsonObject
                ?? throw ApiProblem.Invalid("The body is JSON, but not an object in braces.");
        }
        catch (JsonException e)
        {
            throw ApiProblem.Invalid($"The body is not JSON (line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}).");
        }
    }
}
