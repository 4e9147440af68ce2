using System.Text;
using System.Text.Json.Nodes;

namespace Hone.Server.OpenAi;

/// <summary>An answer as server-sent events. One writer at a time.</summary>
sealed partial class ServerSentEvents(HttpContext context)
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

    /// <summary>Runs <paramref name="send"/>; what goes wrong in it becomes the stream's last event: a status code can no longer say it.</summary>
    /// <param name="shape">Sends the event that tells a problem.</param>
    public async Task Run(Func<Task> send, Func<ApiProblem, Task> shape)
    {
        await Begin();
        try
        {
            await send();
        }
        catch (Exception e) when (!_stop.IsCancellationRequested)
        {
            await shape(Failure.Describe(e) ?? Defect(e));
        }
    }

    ApiProblem Defect(Exception failure)
    {
        Broke(context.Service<ILoggerFactory>().CreateLogger<ServerSentEvents>(), failure, context.TraceIdentifier, context.Request.Path);
        return new(ProblemKind.Defect, $"This is a defect of Hone; the server's log has it under {context.TraceIdentifier}.");
    }

    async Task Write(string text)
    {
        await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(text), _stop);
        await context.Response.Body.FlushAsync(_stop);
    }

    [LoggerMessage(LogLevel.Error, "Stream {Id}, {Path}")]
    static partial void Broke(ILogger log, Exception failure, string id, string path);
}
