using Microsoft.Extensions.Hosting;

namespace Hone.Server.Accounts;

static class AccountServices
{
    public static IServiceCollection AddAccounts(this IServiceCollection services)
    {
        services.AddHttpContextAccessor();
        services.AddSingleton<KeySecrets>();
        services.AddSingleton<KeyUses>();
        services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<KeyUses>());
        services.AddSingleton<IKeys, Keys>();
        services.AddSingleton<AuditLog>();
        services.AddSingleton<IAuditLog>(provider => provider.GetRequiredService<AuditLog>());
        services.AddSingleton<KeyChanges>();
        return services;
    }

    /// <summary>Who asks, and how often: in front of every route, in this order.</summary>
    public static void UseAccounts(this WebApplication app)
    {
        app.UseMiddleware<Authentication>();
        app.UseMiddleware<RateLimits>();
    }
}
