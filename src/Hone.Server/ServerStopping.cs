using Microsoft.Extensions.Hosting;

namespace Hone.Server;

/// <summary>
/// A server that is asked to stop takes nothing new, and gives what it is at a moment to end; what has not ended then is told so, or broken
/// off where its answer has begun.
/// </summary>
sealed class ServerStopping : IDisposable
{
    /// <summary>For everything to end, after which connections are cut.</summary>
    public static readonly TimeSpan Whole = TimeSpan.FromSeconds(8);

    static readonly TimeSpan _patience = TimeSpan.FromSeconds(3);

    readonly RequestDelegate _next;
    readonly IHostApplicationLifetime _lifetime;
    readonly CancellationTokenSource _end = new();
    readonly CancellationTokenRegistration _registration;

    public ServerStopping(RequestDelegate next, IHostApplicationLifetime lifetime)
    {
        (_next, _lifetime) = (next, lifetime);
        _registration = lifetime.ApplicationStopping.Register(() => _end.CancelAfter(_patience));
    }

    public async Task Invoke(HttpContext context)
    {
        if (_lifetime.ApplicationStopping.IsCancellationRequested)
        {
            throw Stopping(context);
        }

        var client = context.RequestAborted;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(client, _end.Token);
        context.RequestAborted = either.Token;
        try
        {
            await _next(context);
        }
        catch (Exception) when (_end.IsCancellationRequested && !client.IsCancellationRequested)
        {
            throw Stopping(context);
        }
        finally
        {
            context.RequestAborted = client;
        }
    }

    public void Dispose()
    {
        _registration.Dispose();
        _end.Dispose();
    }

    static ApiProblem Stopping(HttpContext context)
    {
        if (!context.Response.HasStarted)
        {
            context.Response.Headers.Connection = "close";
        }

        return Failure.Away("The server is being stopped; try again when it is back.");
    }
}
