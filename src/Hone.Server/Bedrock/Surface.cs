using Hone.Server.Signing;

namespace Hone.Server.Bedrock;

/// <summary>Gives every answer of this surface an id, and turns whatever goes wrong into AWS's shape, unknown routes and wrong methods included.</summary>
static partial class Surface
{
    static readonly string[] _roots =
    [
        "/model-customization-jobs", "/custom-models", "/model-customization", "/provisioned-model-throughput", "/provisioned-model-throughputs",
        "/foundation-models", "/logging", "/tagResource", "/untagResource", "/listTagsForResource", "/model",
    ];

    public static async Task Guard(HttpContext context, RequestDelegate next)
    {
        if (!IsOurs(context.Request))
        {
            await next(context);
            return;
        }

        string id = Guid.NewGuid().ToString();
        context.TraceIdentifier = id;
        context.Response.Headers["x-amzn-RequestId"] = id;
        try
        {
            await next(context);
            await NameEmptyAnswers(context);
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody is there to be told.
        }
        catch (Exception e) when (!context.Response.HasStarted)
        {
            await Tell(context, id, e);
        }
    }

    // Below one of this surface's roots, or signed and nobody else's.
    static bool IsOurs(HttpRequest request) =>
        _roots.Any(root => request.Path.StartsWithSegments(root))
        || (request.Headers.Authorization.ToString().StartsWith(SignatureClaims.Algorithm, StringComparison.Ordinal)
            && !request.Path.StartsWithSegments("/v1") && !request.Path.StartsWithSegments("/hone") && !request.Path.StartsWithSegments("/s3"));

    static Task NameEmptyAnswers(HttpContext context)
    {
        string asked = $"{context.Request.Method} {context.Request.Path}";
        return (context.Response.HasStarted, context.Response.StatusCode, context.Response.ContentLength) switch
        {
            (false, 404, null) => new ErrorShape(404, "UnknownOperationException", $"There is no operation {asked}; docs/api-bedrock.md lists them.").Write(context),
            (false, 405, null) => new ErrorShape(
                405, "UnknownOperationException", $"{asked} is no operation; the path takes {context.Response.Headers.Allow}.").Write(context),
            (false, 415, null) => new ErrorShape(415, "UnsupportedMediaTypeException", "The body needs to be application/json.").Write(context),
            _ => Task.CompletedTask,
        };
    }

    static Task Tell(HttpContext context, string id, Exception e)
    {
        context.Response.Clear();
        context.Response.Headers["x-amzn-RequestId"] = id;
        var shape = ErrorShape.Of(e);
        if (shape.Status == 500)
        {
            Failed(context.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger("Hone.Server.Bedrock"), e, context.Request.Path, id);
        }

        return shape.Write(context);
    }

    [LoggerMessage(LogLevel.Error, "A request to {Path} failed ({Id}).")]
    static partial void Failed(ILogger log, Exception e, string path, string id);
}
