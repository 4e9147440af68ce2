namespace Hone.Grading.Lambda;

/// <summary>What became of a call: the body of an answer, or a sentence that says why there is none.</summary>
readonly record struct RemoteAnswer
{
    /// <summary>Null: there is a problem.</summary>
    public string? Body { get; init; }

    public string Problem { get; init; }

    /// <summary>The same call may succeed later.</summary>
    public bool MayPass { get; init; }

    /// <summary>How long the other side asks to wait.</summary>
    public TimeSpan? RetryAfter { get; init; }

    public static RemoteAnswer Of(string body) => new() { Body = body, Problem = "" };

    public static RemoteAnswer Lasting(string problem) => new() { Problem = problem };

    public static RemoteAnswer Passing(string problem, TimeSpan? retryAfter = null) =>
        new() { Problem = problem, MayPass = true, RetryAfter = retryAfter };
}
