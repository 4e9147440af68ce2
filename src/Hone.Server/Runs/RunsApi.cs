using Hone.Server.Accounts;
using Microsoft.AspNetCore.Routing;

namespace Hone.Server.Runs;

/// <summary>The routes under /hone/v1: what a run looks like from inside, which neither OpenAI's nor Bedrock's surface tells.</summary>
public static class RunsApi
{
    public static IServiceCollection AddRuns(this IServiceCollection services) => services.AddSingleton<TokenTexts>();

    public static void MapRuns(this IEndpointRouteBuilder app)
    {
        var hone = app.MapGroup("/hone/v1");
        Read(hone, "/caller", RegistryRoutes.WhoAsks);
        Read(hone, "/models", RegistryRoutes.Models);
        Read(hone, "/deployments", RegistryRoutes.Deployments);
        Read(hone, "/jobs", JobRoutes.List);
        Write(hone, "/jobs", JobRoutes.Create);
        Write(hone, "/checks", CheckRoutes.Check);
        Write(hone, "/graders/try", TrialRoutes.TryGrader);
        Write(hone, "/data/look", TrialRoutes.LookAtData);
        Read(hone, "/compare", EvaluationRoutes.Compare);
        MapJob(hone.MapGroup("/jobs/{job}"));
        MapRun(hone.MapGroup("/jobs/{job}"));
    }

    static void MapJob(IEndpointRouteBuilder job)
    {
        Read(job, "", JobRoutes.Get);
        Write(job, "/stop", JobRoutes.Stop);
        Write(job, "/pause", JobRoutes.Pause);
        Write(job, "/resume", JobRoutes.Resume);
        Read(job, "/checkpoints", JobRoutes.Checkpoints);
        Read(job, "/events", JobRoutes.Events);
        Read(job, "/live", LiveRoutes.Live);
    }

    static void MapRun(IEndpointRouteBuilder run)
    {
        Read(run, "/metrics", MetricRoutes.Metrics);
        Read(run, "/curves", MetricRoutes.Curves);
        Read(run, "/distribution", MetricRoutes.Distribution);
        Read(run, "/rollouts", RolloutRoutes.Find);
        Read(run, "/rollouts/{rollout:long}", RolloutRoutes.Get);
        Read(run, "/prompts", RolloutRoutes.Prompts);
        Read(run, "/prompts/{prompt}", RolloutRoutes.Prompt);
        Read(run, "/faults", RolloutRoutes.Faults);
        Read(run, "/evaluations", EvaluationRoutes.List);
        Read(run, "/verdict", EvaluationRoutes.Verdict);
        Read(run, "/pairs", EvaluationRoutes.Pairs);
    }

    static void Read(IEndpointRouteBuilder group, string route, Func<Exchange, Task> handler) =>
        group.MapGet(route, Exchange.Handle(KeyScopes.Read, handler));

    static void Write(IEndpointRouteBuilder group, string route, Func<Exchange, Task> handler) =>
        group.MapPost(route, Exchange.Handle(KeyScopes.Write, handler));
}
