using Hone.Jobs;
using Hone.Jobs.Engine;
using Hone.Server.Queue.Graders;
using Hone.Server.Queue.Inputs;
using Hone.Server.Queue.Nodes;
using Hone.Server.Queue.Outputs;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Hone.Server.Queue;

static class QueueServices
{
    public static IServiceCollection AddQueue(this IServiceCollection services)
    {
        services.TryAddSingleton(new NodeSettings { Name = $"{Environment.MachineName}-{Ids.New(6)}", Tier = RunOrigin.InstructionSetTier() });
        services.AddSingleton<Pulse>();
        services.AddSingleton<JobFolders>();
        services.AddSingleton<JobTable>();
        services.AddSingleton<JobEvents>();
        services.AddSingleton<JobChanges>();
        services.AddSingleton<JobInputs>();
        services.AddSingleton<GraderFiles>();
        services.AddSingleton<NewJobCheck>();
        services.AddSingleton<IJobs, QueuedJobs>();
        services.AddSingleton<IGraderTrial, GraderTrials>();
        services.AddSingleton<JobPreparation>();

        // The engine's process starts when something first asks for it, not with the server.
        services.AddSingleton<Func<IEngine>>(provider => provider.GetRequiredService<IEngine>);
        services.AddSingleton<Claims>();
        services.AddSingleton<RunMirrors>();
        services.AddSingleton<TrainingPhase>();
        services.AddSingleton<ResultFile>();
        services.AddSingleton<JobResults>();
        services.AddSingleton<JobWork>();
        services.AddSingleton<Homecoming>();
        services.AddSingleton<IHostedService, Node>();
        return services;
    }
}
