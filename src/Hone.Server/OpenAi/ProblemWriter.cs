using System.Globalization;
using System.Text.Json.Nodes;

namespace Hone.Server.OpenAi;

/// <summary>A refused request in OpenAI's shape: <c>{"error":{"message","type","param","code"}}</c>.</summary>
static class ProblemWriter
{
    public static Task Write(HttpContext context, ApiProblem problem)
    {
        if (problem.RetryAfter is { } wait)
        {
            context.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        }

        return Write(context, Status(problem.Kind), Shape(problem));
    }

    public static Task Write(HttpContext context, int status, JsonObject shape)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(shape, context.RequestAborted);
    }

    public static JsonObject Shape(ApiProblem problem) => Shape(problem.Message, Type(problem.Kind), problem.Parameter, problem.Code ?? Code(problem.Kind));

    public static JsonObject Shape(string message, string type, string? parameter, string? code) => new()
    {
        ["error"] = new JsonObject { ["message"] = message, ["type"] = type, ["param"] = parameter, ["code"] = code },
    };

    static int Status(ProblemKind kind) => kind switch
    {
        ProblemKind.Invalid => 400,
        ProblemKind.Unauthenticated => 401,
        ProblemKind.Forbidden => 403,
        ProblemKind.NotFound => 404,
        ProblemKind.Conflict => 409,
        ProblemKind.TooLarge => 413,
        ProblemKind.TooMany => 429,
        _ => 503,
    };

    static string Type(ProblemKind kind) => kind switch
    {
        ProblemKind.Unauthenticated => "authentication_error",
        ProblemKind.Forbidden => "permission_error",
        ProblemKind.TooMany => "rate_limit_error",
        ProblemKind.Unavailable => "server_error",
        _ => "invalid_request_error",
    };

    static string? Code(ProblemKind kind) => kind switch
    {
        ProblemKind.Unauthenticated => "invalid_api_key",
        ProblemKind.NotFound => "not_found",
        ProblemKind.TooMany => "rate_limit_exceeded",
        ProblemKind.Unavailable => "server_unavailable",
        _ => null,
    };
}
