using System.Threading.RateLimiting;

namespace Hone.Server.Accounts;

/// <summary>Holds each key to its requests per minute and at the same time. Comes behind <see cref="Authentication"/>.</summary>
sealed class RateLimits(RequestDelegate next, ServerSettings settings) : IAsyncDisposable
{
    readonly PartitionedRateLimiter<Caller> _limiter = PartitionedRateLimiter.CreateChained(
        PartitionedRateLimiter.Create<Caller, string>(caller => RateLimitPartition.GetConcurrencyLimiter(
            caller.KeyId, _ => new ConcurrencyLimiterOptions { PermitLimit = settings.ConcurrentRequests })),
        PartitionedRateLimiter.Create<Caller, string>(caller => RateLimitPartition.GetFixedWindowLimiter(
            caller.KeyId, _ => new FixedWindowRateLimiterOptions { PermitLimit = settings.RequestsPerMinute, Window = TimeSpan.FromMinutes(1) })));

    public async Task Invoke(HttpContext context)
    {
        if (context.FindCaller() is not { } caller)
        {
            await next(context);
            return;
        }

        using var lease = _limiter.AttemptAcquire(caller);
        if (!lease.IsAcquired)
        {
            bool perMinute = lease.TryGetMetadata(MetadataName.RetryAfter, out var wait);
            string limit = perMinute ? $"{settings.RequestsPerMinute} requests in a minute" : $"{settings.ConcurrentRequests} requests at the same time";
            throw new ApiProblem(ProblemKind.TooMany, $"The key {caller.KeyId} may make {limit}; wait and try again.")
            {
                RetryAfter = perMinute ? wait : TimeSpan.FromSeconds(1),
            };
        }

        await next(context);
    }

    public ValueTask DisposeAsync() => _limiter.DisposeAsync();
}
