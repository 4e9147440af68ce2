using System.Text.Json;
using Hone.Jobs.Engine;
using Hone.Models.Encryption;
using Hone.Server.Store;

namespace Hone.Server;

/// <summary>What exceptions of the libraries below mean to the person who asked.</summary>
public static class Failure
{
    // ENOSPC, EDQUOT and what Windows calls them.
    static readonly int[] _diskFull = OperatingSystem.IsWindows() ? [39, 112] : [28, 122];

    /// <summary>The problem that the exception stands for; null: a defect.</summary>
    public static ApiProblem? Describe(Exception failure) => failure switch
    {
        ApiProblem problem => problem,
        BadHttpRequestException { StatusCode: 413 } => new(ProblemKind.TooLarge, "The request's body is larger than this route takes."),
        BadHttpRequestException { StatusCode: 408 } => new(ProblemKind.TooSlow, "The request's body came too slowly and was given up; send it again."),
        BadHttpRequestException { InnerException: JsonException json } => OfJson(json),
        BadHttpRequestException bad => ApiProblem.Invalid($"The request cannot be read: {bad.Message.TrimEnd('.')}."),
        JsonException json => OfJson(json),
        EngineRequestException refused => ApiProblem.Invalid(refused.Message),
        EngineBusyException busy => new(ProblemKind.TooMany, busy.Message) { RetryAfter = busy.RetryAfter },
        EngineFailedException failed => Away($"The engine is away for the moment: {failed.Message}"),
        EncryptionException damaged => new(ProblemKind.Defect, damaged.Message),
        IOException full when IsDiskFull(full) => Away("The server's disk is full; nothing was changed. Free some space there and try again."),
        _ => DatabaseFailure.Describe(failure),
    };

    public static bool IsDiskFull(IOException failure) => _diskFull.Contains(failure.HResult & 0xFFFF);

    /// <summary>503, to be tried again soon.</summary>
    public static ApiProblem Away(string sentence) => new(ProblemKind.Unavailable, sentence) { RetryAfter = TimeSpan.FromSeconds(5) };

    // The message of a JsonException names types of ours behind its first sentence; path and line are the user's.
    static ApiProblem OfJson(JsonException failure)
    {
        string place = failure.Path is { Length: > 1 } path ? $" at {path}" : "";
        string line = failure.LineNumber is { } number ? $" (line {number + 1}, byte {failure.BytePositionInLine + 1})" : "";
        return ApiProblem.Invalid($"The body is not the JSON that this route takes{place}{line}.", failure.Path is { Length: > 2 } at ? at[2..] : null);
    }
}
