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
        Read(hone, "/compare", EvaluationRoutes.Compare);
        Write(hone, "/checks", CheckRoutes.Check);
        Write(hone, "/graders/try", TrialRoutes.TryGrader);
        Write(hone, "/data/look", TrialRoutes.LookAtData);

        var job = hone.MapGroup("/jobs/{job}");
        Read(job, "", JobRoutes.Get);
        Write(job, "/stop", JobRoutes.Stop);
        Write(job, "/pause", JobRoutes.Pause);
        Write(job, "/resume", JobRoutes.Resume);
        Read(job, "/checkpoints", JobRoutes.Checkpoints);
        Read(job, "/events", JobRoutes.Events);
        Read(job, "/metrics", MetricRoutes.Metrics);
        Read(job, "/live", LiveRoutes.Live);
        Read(job, "/curves", MetricRoutes.Curves);
        Read(job, "/distribution", MetricRoutes.Distribution);
        Read(job, "/rollouts", RolloutRoutes.Find);
        Read(job, "/rollouts/{rollout:long}", RolloutRoutes.Get);
        Read(job, "/prompts", RolloutRoutes.Prompts);
        Read(job, "/prompts/{prompt}", RolloutRoutes.Prompt);
        Read(job, "/faults", RolloutRoutes.Faults);
        Read(job, "/evaluations", EvaluationRoutes.List);
        Read(job, "/verdict", EvaluationRoutes.Verdict);
        Read(job, "/pairs", EvaluationRoutes.Pairs);
    }

    static void Read(IEndpointRouteBuilder group, string route, Func<Exchange, Task> handler) =>
        group.MapGet(route, Exchange.Handle(KeyScopes.Read, handler));

    static void Write(IEndpointRouteBuilder group, string route, Func<Exchange, Task> handler) =>
        group.MapPost(route, Exchange.Handle(KeyScopes.Write, handler));
}
