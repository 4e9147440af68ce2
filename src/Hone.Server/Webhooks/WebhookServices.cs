using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Hone.Server.Webhooks;

static class WebhookServices
{
    public static IServiceCollection AddWebhooks(this IServiceCollection services)
    {
        services.TryAddSingleton(new WebhookPatience());
        services.AddSingleton<WebhookOutbox>();
        services.AddSingleton<WebhookTable>();
        services.AddSingleton<IHostedService, WebhookCalls>();
        return services;
    }
}
