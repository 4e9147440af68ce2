using Microsoft.Extensions.Hosting;

namespace Hone.Server.Registry;

static class RegistryServices
{
    public static IServiceCollection AddRegistry(this IServiceCollection services)
    {
        services.AddSingleton<BaseModels>();
        services.AddSingleton<ModelRegistry>();
        services.AddSingleton<IModels>(provider => provider.GetRequiredService<ModelRegistry>());
        services.AddSingleton<IDeployments, Deployments>();
        services.AddSingleton<IHostedService, ImportWork>();
        return services;
    }
}
