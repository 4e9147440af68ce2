using System.Text.Json;

namespace Hone.Server.Runs;

/// <summary>Server-sent events: a name and a JSON document each.</summary>
sealed class EventStream(HttpResponse response)
{
    static readonly TimeSpan _longestSilence = TimeSpan.FromSeconds(15);

    DateTime _last;

    public async Task Begin(CancellationToken stop)
    {
        response.ContentType = "text/event-stream; charset=utf-8";
        response.Headers.CacheControl = "no-store";
        response.Headers["X-Accel-Buffering"] = "no";
        await Write(": hone\n\n", stop);
    }

    public Task Send(string name, object value, CancellationToken stop) =>
        Write($"event: {name}\ndata: {JsonSerializer.Serialize(value, HoneJson.Options)}\n\n", stop);

    /// <summary>A line now and then keeps proxies from closing what is silent.</summary>
    public Task KeepAlive(CancellationToken stop) => DateTime.UtcNow - _last < _longestSilence ? Task.CompletedTask : Write(": still here\n\n", stop);

    async Task Write(string text, CancellationToken stop)
    {
        _last = DateTime.UtcNow;
        await response.WriteAsync(text, stop);
        await response.Body.FlushAsync(stop);
    }
}
