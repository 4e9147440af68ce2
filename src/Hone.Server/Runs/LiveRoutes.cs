using System.Text.Json;
using Hone.Jobs.Diagnosis;
using Hone.Server.Queue;

namespace Hone.Server.Runs;

/// <summary>A job as it goes on: server-sent events until it has ended.</summary>
/// <remarks>
/// job: when its status or step changed. metrics: columns of the steps that are new, and all evaluations. curves: what the curves show now.
/// event: what happened, one each. end: nothing will follow.
/// </remarks>
static class LiveRoutes
{
    const int EventsAtOnce = 100;

    static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(700);

    public static async Task Live(Exchange exchange)
    {
        int from = exchange.Query.Whole("from", 0, int.MaxValue) ?? 0;
        long after = exchange.Query.Whole("after", 0, int.MaxValue) ?? 0;
        exchange.Query.RequireNoOther();
        _ = await exchange.Job();
        var stream = new EventStream(exchange.Response);
        await stream.Begin(exchange.Stop);
        var told = new Told(from, after);
        while (true)
        {
            // What is read after the job was seen to have ended is all there will be.
            var job = await exchange.Job();
            told = await Tell(exchange, stream, job, told);
            if (JobMoves.IsEnd(job.Status))
            {
                await stream.Send("end", new { job.Status }, exchange.Stop);
                return;
            }

            await stream.KeepAlive(exchange.Stop);
            await Task.Delay(_pause, exchange.Stop);
        }
    }

    static async Task<Told> Tell(Exchange exchange, EventStream stream, ServerJob job, Told told)
    {
        object view = JobView.Of(job);
        string text = JsonSerializer.Serialize(view, HoneJson.Options);
        if (text != told.Job)
        {
            await stream.Send("job", view, exchange.Stop);
        }

        told = await TellRun(exchange, stream, job, told with { Job = text });
        return told with { Event = await TellEvents(exchange, stream, job, told.Event) };
    }

    /// <returns>Number of the last event.</returns>
    static async Task<long> TellEvents(Exchange exchange, EventStream stream, ServerJob job, long after)
    {
        while (true)
        {
            var events = await exchange.Jobs.Events(exchange.Caller, job.Id, after, EventsAtOnce, newestFirst: false, exchange.Stop);
            foreach (var one in events.Items)
            {
                await stream.Send("event", one, exchange.Stop);
                after = one.Number;
            }

            if (!events.More)
            {
                return after;
            }
        }
    }

    static async Task<Told> TellRun(Exchange exchange, EventStream stream, ServerJob job, Told told)
    {
        using var run = Exchange.FindRun(job);
        if (run is null)
        {
            return told;
        }

        var steps = run.Metrics(told.Step);
        int evaluations = run.Evaluations().Count;
        if (steps.Count == 0 && evaluations == told.Evaluations)
        {
            return told;
        }

        await stream.Send("metrics", new { Columns = MetricColumns.Of(steps), Evaluations = MetricColumns.Evaluations(run) }, exchange.Stop);
        await stream.Send("curves", new { Data = CurveReading.Of(run).Select(MetricRoutes.View) }, exchange.Stop);
        return told with { Step = steps is [.., var last] ? last.Step + 1 : told.Step, Evaluations = evaluations };
    }

    /// <summary>What the client has heard: the first step that it has not, the last event, the job's state.</summary>
    sealed record Told(int Step, long Event, int Evaluations = -1, string Job = "");
}
