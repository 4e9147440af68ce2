using System.Text.Json.Nodes;
using Hone.Jobs;
using Hone.Jobs.Diagnosis;
using Hone.Server.Queue;

namespace Hone.Server.Runs;

/// <summary>Jobs in Hone's own words.</summary>
static class JobRoutes
{
    const int MostJobs = 100, MostEvents = 1000;

    // Keys of a job file that name something on the disk.
    static readonly string[] _places =
        ["baseModel", "startAdapter", "trainingData", "validationData", "testData", "template", "path", .. Draft.GraderPlaces];

    public static async Task List(Exchange exchange)
    {
        var query = new JobQuery
        {
            After = exchange.Query.Text("after"),
            Limit = exchange.Query.Whole("limit", 1, MostJobs) ?? 20,
            NameContains = exchange.Query.Text("search"),
            Status = exchange.Query.Word<JobStatus>("status"),
        };
        exchange.Query.RequireNoOther();
        var page = await exchange.Jobs.List(exchange.Caller, query, exchange.Stop);
        await exchange.Answer(new { Data = page.Items.Select(JobView.Of), HasMore = page.More });
    }

    public static async Task Create(Exchange exchange)
    {
        var request = JobRequest.Read(await exchange.Body(JobRequest.Keys));
        await exchange.PlaceJudges(request.Settings["grader"], "settings.grader");
        await exchange.PlaceJudges(request.Settings["shadowGrader"], "settings.shadowGrader");
        var job = await exchange.Jobs.Create(exchange.Caller, request.New(), exchange.Stop);
        await exchange.Answer(JobView.Of(job), StatusCodes.Status201Created);
    }

    /// <summary>The job with the settings and origin of its run, and what stands out.</summary>
    public static async Task Get(Exchange exchange)
    {
        exchange.Query.RequireNoOther();
        var job = await exchange.Job();
        using var run = Exchange.FindRun(job);
        await exchange.Answer(new
        {
            Job = JobView.Of(job),
            Run = run is null ? null : new
            {
                Settings = SettingsOf(run),
                run.Origin,
                Steps = run.Metrics().Count,
                Findings = RunFindings.Of(run),
            },
        });
    }

    public static async Task Stop(Exchange exchange) =>
        await exchange.Answer(JobView.Of(await exchange.Jobs.Stop(exchange.Caller, exchange.Route("job"), exchange.Stop)));

    public static async Task Pause(Exchange exchange) =>
        await exchange.Answer(JobView.Of(await exchange.Jobs.Pause(exchange.Caller, exchange.Route("job"), exchange.Stop)));

    public static async Task Resume(Exchange exchange) =>
        await exchange.Answer(JobView.Of(await exchange.Jobs.Resume(exchange.Caller, exchange.Route("job"), exchange.Stop)));

    public static async Task Checkpoints(Exchange exchange)
    {
        exchange.Query.RequireNoOther();
        await exchange.Answer(new { Data = await exchange.Jobs.Checkpoints(exchange.Caller, exchange.Route("job"), exchange.Stop) });
    }

    public static async Task Events(Exchange exchange)
    {
        int after = exchange.Query.Whole("after", 0, int.MaxValue) ?? 0, limit = exchange.Query.Whole("limit", 1, MostEvents) ?? 100;
        bool newestFirst = exchange.Query.Flag("newestFirst") ?? false;
        exchange.Query.RequireNoOther();
        var page = await exchange.Jobs.Events(exchange.Caller, exchange.Route("job"), after, limit, newestFirst, exchange.Stop);
        await exchange.Answer(new { Data = page.Items, HasMore = page.More });
    }

    /// <summary>The effective settings without the machine's paths: only the names of what they point at.</summary>
    public static JsonObject SettingsOf(RunReader run)
    {
        var settings = JsonNode.Parse(JobFile.ToJson(run.Settings))!.AsObject();
        ShortenPaths(settings);
        return settings;
    }

    // A list's items stand under the list's key.
    static string KeyOf(JsonNode node) => node.Parent is JsonArray list ? KeyOf(list) : node.Parent is null ? "" : node.GetPropertyName();

    static void ShortenPaths(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject members:
                foreach (var (_, value) in members.ToList())
                {
                    ShortenPaths(value);
                }

                break;
            case JsonArray items:
                foreach (var item in items.ToList())
                {
                    ShortenPaths(item);
                }

                break;
            case JsonValue value when value.TryGetValue(out string? text) && _places.Contains(KeyOf(value)) && Path.IsPathFullyQualified(text):
                value.ReplaceWith(Path.GetFileName(Path.TrimEndingDirectorySeparator(text)));
                break;
        }
    }
}
