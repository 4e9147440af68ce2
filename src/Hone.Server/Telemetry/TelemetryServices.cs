using Microsoft.Extensions.Hosting;

namespace Hone.Server.Telemetry;

static class TelemetryServices
{
    public static IServiceCollection AddTelemetry(this IServiceCollection services)
    {
        services.AddSingleton<HoneMeter>();
        services.AddSingleton<PrometheusText>();
        services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<PrometheusText>());
        services.AddSingleton<IHostedService, OtlpExport>();
        return services;
    }
}
