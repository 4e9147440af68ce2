using System.Text.Json.Nodes;

namespace Hone.Server.OpenAi;

/// <summary>Turns whatever goes wrong below <c>/v1</c> into OpenAI's shape, unknown routes and wrong methods included.</summary>
static partial class SurfaceErrors
{
    public static async Task Guard(HttpContext context, RequestDelegate next)
    {
        context.Response.Headers["x-request-id"] = $"req_{Ids.New(24)}";
        try
        {
            await next(context);
            await NameEmptyAnswers(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody is there to be told.
        }
        catch (Exception e) when (!context.Response.HasStarted)
        {
            await Tell(context, e);
        }
    }

    static Task NameEmptyAnswers(HttpContext context)
    {
        if (context.Response.HasStarted)
        {
            return Task.CompletedTask;
        }

        string asked = $"{context.Request.Method} {context.Request.Path}";
        return context.Response.StatusCode switch
        {
            404 => ProblemWriter.Write(context, 404, Shape($"There is no {asked} here; docs/api.md and /openapi.json list the routes.", "unknown_url")),
            405 => ProblemWriter.Write(context, 405, Shape($"{asked} is not allowed; the route takes {context.Response.Headers.Allow}.", "method_not_supported")),
            _ => Task.CompletedTask,
        };
    }

    static Task Tell(HttpContext context, Exception e)
    {
        context.Response.Clear();
        context.Response.Headers["x-request-id"] = $"req_{Ids.New(24)}";
        switch (e)
        {
            case ApiProblem problem:
                return ProblemWriter.Write(context, problem);
            case BadHttpRequestException { StatusCode: 413 }:
                return ProblemWriter.Write(context, new ApiProblem(ProblemKind.TooLarge, "The body is larger than this route takes; send less at once."));
            case BadHttpRequestException bad:
                return ProblemWriter.Write(context, bad.StatusCode, Shape($"The request cannot be read: {bad.Message}", null));
            default:
                Failed(context.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger("Hone.Server.OpenAi"), e, context.Request.Path);
                return ProblemWriter.Write(
                    context, 500,
                    ProblemWriter.Shape("The server failed over this request; its log says how. Try again.", "server_error", null, "internal_error"));
        }
    }

    static JsonObject Shape(string message, string? code) => ProblemWriter.Shape(message, "invalid_request_error", null, code);

    [LoggerMessage(LogLevel.Error, "A request to {Path} failed.")]
    public static partial void Failed(ILogger log, Exception e, string path);
}
