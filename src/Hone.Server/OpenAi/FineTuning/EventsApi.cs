using Hone.Server.OpenAi.Reading;
using Hone.Server.Queue;

namespace Hone.Server.OpenAi.FineTuning;

/// <summary>What happened to a job, by pages or as it happens.</summary>
static class EventsApi
{
    const int MostListed = 1000;

    static readonly TimeSpan _keepAlive = TimeSpan.FromSeconds(15);

    public static void Map(OpenAiRoutes routes) =>
        routes.Get(
            "fine_tuning/jobs/{job}/events",
            List);

    static async Task List(HttpContext context)
    {
        var query = new QueryForm(context.Request.Query);
        string? after = query.Text("after");
        int limit = query.Count("limit", 20, MostListed);
        bool streams = query.Choice("stream", WantsStream(context) ? "true" : "false", "true", "false") == "true";
        query.Finish();
        var caller = context.Reader();
        var jobs = context.Service<IJobs>();
        var job = await jobs.Find(caller, context.Route("job"), context.RequestAborted);
        if (streams)
        {
            string? last = context.Request.Headers["Last-Event-ID"];
            long number = string.IsNullOrEmpty(last) ? EventObject.Number(job, after, "after") : EventObject.Number(job, last, "Last-Event-ID");
            await Follow(context, jobs.Follow(caller, job.Id, number, context.RequestAborted));
            return;
        }

        var page = await jobs.Events(caller, job.Id, EventObject.Number(job, after, "after"), limit, newestFirst: true, context.RequestAborted);
        await context.Answer(Answers.List(page.Items.Select(EventObject.Of), page.More));
    }

    static bool WantsStream(HttpContext context) =>
        context.Request.GetTypedHeaders().Accept.Any(accepted => accepted.MediaType.Equals("text/event-stream", StringComparison.OrdinalIgnoreCase));

    static async Task Follow(HttpContext context, IAsyncEnumerable<JobEvent> events)
    {
        var stream = new ServerSentEvents(context);
        await stream.Run(
            async () =>
            {
                await using var next = events.GetAsyncEnumerator(context.RequestAborted);
                while (await Next(next, stream, context))
                {
                    await stream.Send(EventObject.Of(next.Current), next.Current.Type, next.Current.Id);
                }

                await stream.Done();
            },
            problem => stream.Send(ProblemShape.OpenAi(problem).Body, "error"));
    }

    // A step may take minutes, and what stands between server and client closes connections that are still.
    static async Task<bool> Next(IAsyncEnumerator<JobEvent> events, ServerSentEvents stream, HttpContext context)
    {
        var next = events.MoveNextAsync().AsTask();
        while (await Task.WhenAny(next, Task.Delay(_keepAlive, context.RequestAborted)) != next)
        {
            context.RequestAborted.ThrowIfCancellationRequested();
            await stream.KeepAlive();
        }

        return await next;
    }
}
