using System.Text.Json.Nodes;
using Hone.Server.Bedrock.Storage;

namespace Hone.Server;

/// <summary>A problem as the clients of a surface read it: status code, error type, and the members of the body.</summary>
public sealed record ProblemShape(int Status, string Type, JsonObject Body)
{
    /// <summary>The body in place of <see cref="Body"/>, for clients that read XML.</summary>
    public string? Xml { get; init; }

    // Bedrock's codes with a status other than their kind's.
    static readonly Dictionary<string, int> _bedrockStatus = new(StringComparer.Ordinal)
    {
        ["ServiceQuotaExceededException"] = 400,
        ["TooManyTagsException"] = 400,
        ["ResourceInUseException"] = 400,
        ["ModelTimeoutException"] = 408,
        ["ModelErrorException"] = 424,
        ["ModelStreamErrorException"] = 424,
        ["ModelNotReadyException"] = 429,
        ["InternalServerException"] = 500,
    };

    /// <summary>{"error": {"message", "type", "param", "code"}}.</summary>
    public static ProblemShape OpenAi(ApiProblem problem)
    {
        var (status, type, code) = problem.Kind switch
        {
            ProblemKind.Unauthenticated => (401, "invalid_request_error", "invalid_api_key"),
            ProblemKind.Forbidden => (403, "invalid_request_error", "missing_scope"),
            ProblemKind.NotFound => (404, "invalid_request_error", "not_found"),
            ProblemKind.MethodNotAllowed => (405, "invalid_request_error", "method_not_allowed"),
            ProblemKind.Conflict => (409, "invalid_request_error", "conflict"),
            ProblemKind.TooSlow => (408, "invalid_request_error", "request_timeout"),
            ProblemKind.TooLarge => (413, "invalid_request_error", "request_too_large"),
            ProblemKind.TooMany => (429, "rate_limit_error", "rate_limit_exceeded"),
            ProblemKind.Unavailable => (503, "server_error", "unavailable"),
            ProblemKind.Defect => (500, "server_error", "internal_error"),
            _ => (400, "invalid_request_error", (string?)null),
        };
        var error = new JsonObject
        {
            ["message"] = problem.Message,
            ["type"] = type,
            ["param"] = problem.Parameter,
            ["code"] = problem.Code ?? code,
        };
        return new(status, type, new JsonObject { ["error"] = error });
    }

    /// <summary>{"message"}, with the error's type in the header x-amzn-ErrorType.</summary>
    public static ProblemShape Bedrock(ApiProblem problem)
    {
        var (status, type) = problem.Kind switch
        {
            ProblemKind.Unauthenticated => (403, "UnrecognizedClientException"),
            ProblemKind.Forbidden => (403, "AccessDeniedException"),
            ProblemKind.NotFound => (404, "ResourceNotFoundException"),
            ProblemKind.MethodNotAllowed => (405, "UnknownOperationException"),
            ProblemKind.Conflict => (400, "ConflictException"),
            ProblemKind.TooSlow => (408, "RequestTimeoutException"),
            ProblemKind.TooLarge => (413, "ValidationException"),
            ProblemKind.TooMany => (429, "ThrottlingException"),
            ProblemKind.Unavailable => (503, "ServiceUnavailableException"),
            ProblemKind.Defect => (500, "InternalServerException"),
            _ => (400, "ValidationException"),
        };

        // Codes are words of all surfaces; AWS's are written like types.
        type = problem.Code is { Length: > 0 } code && char.IsAsciiLetterUpper(code[0]) ? code : type;
        return new(_bedrockStatus.GetValueOrDefault(type, status), type, new JsonObject { ["message"] = problem.Message });
    }

    /// <summary>That of the surface which the path belongs to.</summary>
    public static ProblemShape For(PathString path, ApiProblem problem) =>
        IsOpenAi(path) ? OpenAi(problem) : path.StartsWithSegments("/s3") ? S3(problem) : Bedrock(problem);

    static ProblemShape S3(ApiProblem problem)
    {
        var (status, code, xml) = StorageXml.Problem(problem);
        return new(status, code, []) { Xml = xml };
    }

    /// <summary>/v1 and /hone/v1 answer in OpenAI's shape, everything else in Bedrock's.</summary>
    public static bool IsOpenAi(PathString path) =>
        path.StartsWithSegments("/v1", StringComparison.OrdinalIgnoreCase)
        || path.StartsWithSegments("/hone/v1", StringComparison.OrdinalIgnoreCase);
}
