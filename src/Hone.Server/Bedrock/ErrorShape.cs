using System.Text.Json.Nodes;

namespace Hone.Server.Bedrock;

/// <summary>A problem as AWS says it: status, code and sentence.</summary>
sealed record ErrorShape(int Status, string Code, string Message)
{
    public TimeSpan? RetryAfter { get; init; }

    public static ErrorShape Of(Exception e) => e switch
    {
        ApiProblem problem => Of(problem),
        BadHttpRequestException { StatusCode: 413 } => new(413, "RequestEntityTooLargeException", "The body is larger than this server takes; send less at once."),
        BadHttpRequestException bad => new(400, "ValidationException", $"The request cannot be read: {bad.Message}"),
        _ => new(500, "InternalServerException", "The server failed over this request; its log says how. Try again."),
    };

    static ErrorShape Of(ApiProblem problem)
    {
        var (status, code) = problem.Kind switch
        {
            ProblemKind.Unauthenticated => (403, "MissingAuthenticationTokenException"),
            ProblemKind.Forbidden => (403, "AccessDeniedException"),
            ProblemKind.NotFound => (404, "ResourceNotFoundException"),
            ProblemKind.Conflict => (400, "ConflictException"),
            ProblemKind.TooLarge => (413, "RequestEntityTooLargeException"),
            ProblemKind.TooMany => (429, "ThrottlingException"),
            ProblemKind.Unavailable => (503, "ServiceUnavailableException"),
            _ => (400, "ValidationException"),
        };

        // Other parts have words of other surfaces: AWS's are written like types.
        bool isAws = problem.Code is { Length: > 0 } word && char.IsAsciiLetterUpper(word[0]) && !word.Contains('_', StringComparison.Ordinal);
        return new(problem.Code == "ModelErrorException" ? 424 : status, isAws ? problem.Code! : code, problem.Message) { RetryAfter = problem.RetryAfter };
    }

    public Task Write(HttpContext context)
    {
        context.Response.Headers["x-amzn-ErrorType"] = Code;
        if (RetryAfter is { } wait)
        {
            context.Response.Headers.RetryAfter = ((int)Math.Ceiling(wait.TotalSeconds)).ToString();
        }

        return context.Write(Status, new JsonObject { ["message"] = Message });
    }
}
