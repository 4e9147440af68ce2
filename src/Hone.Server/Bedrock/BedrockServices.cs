using Hone.Server.Bedrock.Deployments;
using Hone.Server.Bedrock.Jobs;
using Hone.Server.Bedrock.Logging;
using Hone.Server.Bedrock.Models;
using Hone.Server.Bedrock.Runtime;
using Hone.Server.Bedrock.Storage;
using Hone.Server.Bedrock.Tags;
using Hone.Server.Inference;
using Microsoft.AspNetCore.Routing;

namespace Hone.Server.Bedrock;

/// <summary>Amazon Bedrock's API over this server's jobs, models and inference.</summary>
static class BedrockServices
{
    public static void AddBedrock(this IServiceCollection services)
    {
        services.AddSingleton<Arns>();
        services.AddSingleton<BucketOwners>();
        services.AddSingleton<ResourceTags>();
        services.AddSingleton<JobAnswers>();
        services.AddSingleton<CustomModelAnswers>();
        services.AddSingleton<LoggingConfigs>();
        services.AddSingleton<InvocationLog>();
        services.AddSingleton<IInvocationLog>(all => all.GetRequiredService<InvocationLog>());
        services.AddHostedService(all => all.GetRequiredService<InvocationLog>());
        services.AddSingleton<IInvocationSink, OtherCalls>();
        services.AddSingleton<JobRoutes>();
        services.AddSingleton<CustomModelRoutes>();
        services.AddSingleton<FoundationModelRoutes>();
        services.AddSingleton<DeploymentRoutes>();
        services.AddSingleton<LoggingRoutes>();
        services.AddSingleton<TagRoutes>();
        services.AddSingleton<RuntimeRoutes>();
        services.AddSingleton<BucketFolder>();
        services.AddSingleton<MultipartUploads>();
        services.AddSingleton<BucketRoom>();
        services.AddSingleton<MultipartRoutes>();
        services.AddSingleton<StorageRoutes>();
    }

    public static void MapBedrock(this IEndpointRouteBuilder routes)
    {
        JobRoutes.Map(routes);
        CustomModelRoutes.Map(routes);
        FoundationModelRoutes.Map(routes);
        DeploymentRoutes.Map(routes);
        LoggingRoutes.Map(routes);
        TagRoutes.Map(routes);
        RuntimeRoutes.Map(routes);
        StorageRoutes.Map(routes, routes.ServiceProvider.GetRequiredService<ServerSettings>());
    }
}
