using System.Diagnostics;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.Primitives;

namespace Hone.Server;

/// <summary>
/// The outermost middleware: every exception, and every refusal that has no body, becomes an answer in the shape of the surface that the
/// path belongs to. What has begun to be sent is broken off.
/// </summary>
sealed class ProblemWriter(RequestDelegate next, ILogger<ProblemWriter> log)
{
    const int LongestShownPath = 200;

    // Nobody reads this as HTML: the content type is JSON, and nosniff keeps it so.
    static readonly JsonSerializerOptions _json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public async Task Invoke(HttpContext context)
    {
        string id = Ids.New(24);
        context.TraceIdentifier = id;
        context.Response.Headers[ProblemShape.IsOpenAi(context.Request.Path) ? "x-request-id" : "x-amzn-RequestId"] = id;
        context.Response.Headers.XContentTypeOptions = "nosniff";
        ApiProblem? problem;
        try
        {
            await next(context);
            problem = OfEmptyAnswer(context);
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody is there to read an answer.
            return;
        }
        catch (Exception failure)
        {
            problem = Failure.Describe(failure) ?? Defect(context, failure);
        }

        if (problem is not null)
        {
            await Write(context, problem);
        }
    }

    static async Task Write(HttpContext context, ApiProblem problem)
    {
        if (context.Response.HasStarted)
        {
            context.Abort();
            return;
        }

        var shape = ProblemShape.For(context.Request.Path, problem);
        var headers = context.Response.Headers;
        var (kept, allow) = (headers["x-request-id"], headers.Allow);
        var amazon = headers["x-amzn-RequestId"];
        context.Response.Clear();
        Set("x-request-id", kept);
        Set("x-amzn-RequestId", amazon);
        Set("Allow", allow);
        headers.XContentTypeOptions = "nosniff";
        headers.CacheControl = "no-store";
        if (amazon.Count > 0)
        {
            headers["x-amzn-ErrorType"] = shape.Type;
        }

        if (problem.RetryAfter is { } wait)
        {
            headers.RetryAfter = $"{Math.Max(1, Math.Ceiling(wait.TotalSeconds))}";
        }

        bool isUnread = UnreadBody.IsTooLong(context, problem);
        if (isUnread)
        {
            headers.Connection = "close";
        }

        context.Response.StatusCode = shape.Status;
        context.Response.ContentType = shape.Xml is null ? "application/json" : "application/xml";
        await context.Response.WriteAsync(shape.Xml ?? shape.Body.ToJsonString(_json), context.RequestAborted);
        if (isUnread)
        {
            await UnreadBody.Drop(context);
        }

        void Set(string name, StringValues value)
        {
            if (value.Count > 0)
            {
                headers[name] = value;
            }
        }
    }

    static ApiProblem? OfEmptyAnswer(HttpContext context)
    {
        var response = context.Response;
        if (response.HasStarted || response.StatusCode < 400 || response.ContentType is not null || response.ContentLength > 0)
        {
            return null;
        }

        string path = context.Request.Path.Value ?? "/";
        string route = $"{context.Request.Method} {(path.Length > LongestShownPath ? path[..LongestShownPath] + "…" : path)}";
        return response.StatusCode switch
        {
            404 => ApiProblem.NotFound($"There is no route {route}."),
            405 => new(ProblemKind.MethodNotAllowed, $"There is no route {route}; this path takes {response.Headers.Allow}."),
            413 => new(ProblemKind.TooLarge, "The request is too large."),
            415 => ApiProblem.Invalid($"The content type is {context.Request.ContentType ?? "missing"}, but {route} takes JSON: application/json."),
            _ => ApiProblem.Invalid($"The request {route} was refused with status {response.StatusCode}."),
        };
    }

    ApiProblem Defect(HttpContext context, Exception failure)
    {
        log.LogError(failure, "Request {Id}, {Method} {Path}", context.TraceIdentifier, context.Request.Method, context.Request.Path);
        Activity.Current?.SetStatus(ActivityStatusCode.Error);
        return new(ProblemKind.Defect, $"This is a defect of Hone; the server's log has it under {context.TraceIdentifier}.");
    }
}
