using Hone.Jobs.Exploring;
using Hone.Training;

namespace Hone.Server.Runs;

/// <summary>What the model wrote and what it was worth.</summary>
static class RolloutRoutes
{
    const int MostRollouts = 200, MostPrompts = 200, MostOfPrompt = 1000, MostFaults = 100;

    public static async Task Find(Exchange exchange)
    {
        var query = Read(exchange.Query);
        using var run = await exchange.Run();
        var page = run.Find(query);
        await exchange.Answer(new
        {
            Data = page.Items.Select(RolloutView.Of),
            Next = page.Next is { } place ? RolloutView.Write(place) : null,
            page.Total,
        });
    }

    public static async Task Get(Exchange exchange)
    {
        exchange.Query.RequireNoOther();
        using var run = await exchange.Run();
        var found = long.TryParse(exchange.Route("rollout"), out long id) ? run.FindRollout(id) : null;
        await exchange.Answer(found is null
            ? throw ApiProblem.NotFound($"The run has no rollout {exchange.Route("rollout")}; it may have done the step again.")
            : RolloutView.InFull(found, run, exchange.Service<TokenTexts>()));
    }

    public static async Task Prompts(Exchange exchange)
    {
        string? search = exchange.Query.Text("search");
        int limit = exchange.Query.Whole("limit", 1, MostPrompts) ?? 50;
        exchange.Query.RequireNoOther();
        using var run = await exchange.Run();
        await exchange.Answer(new { Data = run.FindPrompts(search, limit).Select(RolloutView.Prompt) });
    }

    /// <summary>Every completion of a prompt, by step.</summary>
    public static async Task Prompt(Exchange exchange)
    {
        exchange.Query.RequireNoOther();
        using var run = await exchange.Run();
        string id = exchange.Route("prompt");
        var prompts = run.Prompts(id);
        var rollouts = run.Find(new RolloutQuery { Prompt = id, Order = RolloutOrder.Oldest, Limit = MostOfPrompt });
        if (prompts.Count == 0 && rollouts.Items.Count == 0)
        {
            throw ApiProblem.NotFound($"The run has no prompt '{id}'.");
        }

        await exchange.Answer(new
        {
            Prompts = prompts.Select(RolloutView.Prompt),
            Rollouts = rollouts.Items.OrderBy(found => found.Recorded.Step).Select(RolloutView.Of),
            HasMore = rollouts.Next is not null,
        });
    }

    public static async Task Faults(Exchange exchange)
    {
        exchange.Query.RequireNoOther();
        using var run = await exchange.Run();
        var examples = run.Find(new RolloutQuery { Faulty = true, Limit = MostFaults });
        await exchange.Answer(new
        {
            Total = examples.Total,
            Kinds = run.FaultKinds().Select(kind => new { kind.Kind, kind.Count }),
            Messages = run.FaultCounts().Take(MostFaults).Select(fault => new { fault.Fault, fault.Count }),
            Data = examples.Items.Select(RolloutView.Of),
        });
    }

    static RolloutQuery Read(QueryReader query)
    {
        var read = new RolloutQuery
        {
            Text = query.Text("search"),
            Phase = query.Text("phase"),
            FromStep = query.Whole("fromStep", 0, int.MaxValue),
            ToStep = query.Whole("toStep", 0, int.MaxValue),
            Prompt = query.Text("prompt"),
            LeastReward = query.Number("leastReward"),
            MostReward = query.Number("mostReward"),
            LeastTokens = query.Whole("leastTokens", 0, 1 << 24),
            MostTokens = query.Whole("mostTokens", 0, 1 << 24),
            Faulty = query.Flag("faulty"),
            Stop = query.Word<StopReason>("stop"),
            Order = query.Word<RolloutOrder>("order") ?? RolloutOrder.Newest,
            Limit = query.Whole("limit", 1, MostRollouts) ?? 50,
            After = query.Text("after") is { } cursor ? RolloutView.ReadPlace(cursor) : null,
        };
        query.RequireNoOther();
        return read;
    }
}
