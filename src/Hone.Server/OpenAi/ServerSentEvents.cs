using System.Text;
using System.Text.Json.Nodes;

namespace Hone.Server.OpenAi;

/// <summary>An answer as server-sent events. One writer at a time.</summary>
sealed class ServerSentEvents(HttpContext context)
{
    readonly CancellationToken _stop = context.RequestAborted;

    public async Task Begin()
    {
        context.Response.ContentType = "text/event-stream; charset=utf-8";
        context.Response.Headers.CacheControl = "no-cache";
        context.Response.Headers["X-Accel-Buffering"] = "no";
        await context.Response.StartAsync(_stop);
    }

    /// <param name="name">The event's kind; null: none is written.</param>
    /// <param name="id">What a client that lost the connection sends as Last-Event-ID; null: none.</param>
    public Task Send(JsonObject data, string? name = null, string? id = null) => Write(
        (id is null ? "" : $"id: {id}\n") + (name is null ? "" : $"event: {name}\n") + $"data: {data.ToJsonString(Answers.Json)}\n\n");

    /// <summary>The line that ends a stream of chat completions, completions and job events.</summary>
    public Task Done() => Write("data: [DONE]\n\n");

    /// <summary>A comment, so that nobody between here and the client takes the connection for dead.</summary>
    public Task KeepAlive() => Write(": waiting\n\n");

    /// <summary>Runs <paramref name="send"/>; what goes wrong in it becomes the stream's last event.</summary>
    /// <param name="shape">The event that tells a problem.</param>
    public async Task Run(Func<Task> send, Func<ApiProblem, Task> shape)
    {
        await Begin();
        try
        {
            await send();
        }
        catch (ApiProblem problem)
        {
            await shape(problem);
        }
        catch (Exception e) when (!_stop.IsCancellationRequested)
        {
            SurfaceErrors.Failed(context.Service<ILoggerFactory>().CreateLogger("Hone.Server.OpenAi"), e, context.Request.Path);
            await shape(new ApiProblem(ProblemKind.Unavailable, "The server failed over this request; its log says how. Try again."));
        }
    }

    async Task Write(string text)
    {
        await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(text), _stop);
        await context.Response.Body.FlushAsync(_stop);
    }
}
