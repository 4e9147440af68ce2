using Hone.Server.Accounts;
using Microsoft.AspNetCore.Routing;

namespace Hone.Server.Runs;

/// <summary>The routes under /hone/v1: what a run looks like from inside, which neither OpenAI's nor Bedrock's surface tells.</summary>
public static class RunsApi
{
    const string Json = "application/json", Events = "text/event-stream";

    static readonly string[] _rolloutQuery =
    [
        "search", "phase", "fromStep", "toStep", "prompt", "leastReward", "mostReward", "leastTokens", "mostTokens", "faulty", "stop", "order", "limit", "after",
    ];

    public static IServiceCollection AddRuns(this IServiceCollection services) => services.AddSingleton<TokenTexts>();

    public static void MapRuns(this IEndpointRouteBuilder app)
    {
        var hone = app.MapGroup("/hone/v1");
        Read(hone, "/caller", RegistryRoutes.WhoAsks, new("Account", "Whose key this is, and what it may do."));
        Read(hone, "/models", RegistryRoutes.Models, new("Models", "Models with their kind, base and job, checkpoints among them."));
        Read(hone, "/deployments", RegistryRoutes.Deployments, new("Models", "Names under which models answer."));
        Read(hone, "/jobs", JobRoutes.List, new("Jobs", "Jobs, the newest first.") { Query = ["search", "status", "limit", "after"] });
        Write(hone, "/jobs", JobRoutes.Create, new("Jobs", "Make a job of a model, files and the settings of a job file."));
        Write(hone, "/checks", CheckRoutes.Check, new("Jobs", "Try a job before it is made; what is found comes as it is found.") { Answer = Events });
        Write(hone, "/graders/try", TrialRoutes.TryGrader, new("Graders", "What a grader says of one answer."));
        Write(hone, "/data/look", TrialRoutes.LookAtData, new("Files", "What a file of prompts holds: lengths, duplicates, missing answers."));
        Read(hone, "/compare", EvaluationRoutes.Compare, new("Runs", "Two to eight runs: their numbers, verdicts and the settings that differ.") { Query = ["job"] });
        MapJob(hone.MapGroup("/jobs/{job}"));
        MapRun(hone.MapGroup("/jobs/{job}"));
    }

    static void MapJob(IEndpointRouteBuilder job)
    {
        Read(job, "", JobRoutes.Get, new("Jobs", "A job with its run's settings, origin and findings."));
        Write(job, "/stop", JobRoutes.Stop, new("Jobs", "Stop a job for good; its last checkpoint is kept."));
        Write(job, "/pause", JobRoutes.Pause, new("Jobs", "Stop a job so that it can be gone on with."));
        Write(job, "/resume", JobRoutes.Resume, new("Jobs", "Go on with a paused job."));
        Read(job, "/checkpoints", JobRoutes.Checkpoints, new("Jobs", "Checkpoints that can be talked to."));
        Read(job, "/events", JobRoutes.Events, new("Jobs", "What happened.") { Query = ["after", "limit", "newestFirst"] });
        Read(job, "/live", LiveRoutes.Live, new("Jobs", "The job as it goes on, until it has ended.") { Query = ["from", "after"], Answer = Events });
    }

    static void MapRun(IEndpointRouteBuilder run)
    {
        Read(run, "/metrics", MetricRoutes.Metrics, new("Runs", "Metrics of all steps, or from one on, in columns; and all evaluations.") { Query = ["from"] });
        Read(run, "/curves", MetricRoutes.Curves, new("Runs", "What each curve should look like and shows now, with its healthy range."));
        Read(run, "/distribution", MetricRoutes.Distribution, new("Runs", "How the rewards of each step are distributed.") { Query = ["bins"] });
        Read(run, "/rollouts", RolloutRoutes.Find, new("Runs", "Rollouts by text, step, reward, length, fault; in pages.") { Query = _rolloutQuery });
        Read(run, "/rollouts/{rollout:long}", RolloutRoutes.Get, new("Runs", "A rollout with its prompt and each token's log-probability."));
        Read(run, "/prompts", RolloutRoutes.Prompts, new("Runs", "Prompts of the run.") { Query = ["search", "limit"] });
        Read(run, "/prompts/{prompt}", RolloutRoutes.Prompt, new("Runs", "Every completion of a prompt, by step."));
        Read(run, "/faults", RolloutRoutes.Faults, new("Runs", "Completions without a score, by what went wrong."));
        Read(run, "/evaluations", EvaluationRoutes.List, new("Runs", "Evaluations with their confidence intervals."));
        Read(run, "/verdict", EvaluationRoutes.Verdict, new("Runs", "Base against tuned: the paired difference with its interval.") { Query = ["from", "to"] });
        Read(run, "/pairs", EvaluationRoutes.Pairs, new("Runs", "What both models wrote to the same prompts.") { Query = ["from", "to", "outcome", "limit", "after"] });
    }

    static void Read(IEndpointRouteBuilder group, string route, Func<Exchange, Task> handler, RouteText text) =>
        group.MapGet(route, Exchange.Handle(KeyScopes.Read, handler)).WithMetadata(text);

    static void Write(IEndpointRouteBuilder group, string route, Func<Exchange, Task> handler, RouteText text) =>
        group.MapPost(route, Exchange.Handle(KeyScopes.Write, handler)).WithMetadata(text with { Body = Json });
}
