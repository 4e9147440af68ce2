namespace Hone.Server;

/// <summary>What is wrong with a request; each surface has its own status code and shape for it.</summary>
public enum ProblemKind
{
    /// <summary>400: the request cannot be understood, or a value is not allowed.</summary>
    Invalid,

    /// <summary>401: no key, or not one of ours.</summary>
    Unauthenticated,

    /// <summary>403: the key may not do this.</summary>
    Forbidden,

    /// <summary>404: nothing of that name that this account may see. Also said of what other accounts own.</summary>
    NotFound,

    /// <summary>409: it stands in a state that does not allow this, or the name is taken.</summary>
    Conflict,

    /// <summary>408: the body comes slower than the server waits for.</summary>
    TooSlow,

    /// <summary>413.</summary>
    TooLarge,

    /// <summary>429: more than the key may do, or than the machine can; see <see cref="ApiProblem.RetryAfter"/>.</summary>
    TooMany,

    /// <summary>503: the database, the disk or the engine is away for the moment.</summary>
    Unavailable,

    /// <summary>405: the path is there, but not for this method.</summary>
    MethodNotAllowed,

    /// <summary>500: something of ours is broken. What any exception that means nothing else looks like from outside.</summary>
    Defect,
}

/// <summary>A request that is refused, with a sentence that says which thing, which value, what was expected and what to do.</summary>
#pragma warning disable CA1710 // It is thrown to become an answer; "Exception" would say less at every place that throws it.
public sealed class ApiProblem(ProblemKind kind, string message) : Exception(message)
#pragma warning restore CA1710
{
    public ProblemKind Kind => kind;

    /// <summary>The member of the request that is at fault, such as "method.reinforcement.grader.name"; null where none is.</summary>
    public string? Parameter { get; init; }

    /// <summary>A word for programs, such as "model_not_found" or "ServiceQuotaExceededException"; null: what the surface says of the kind.</summary>
    public string? Code { get; init; }

    public TimeSpan? RetryAfter { get; init; }

    public static ApiProblem Invalid(string message, string? parameter = null) => new(ProblemKind.Invalid, message) { Parameter = parameter };

    public static ApiProblem NotFound(string message, string? parameter = null) => new(ProblemKind.NotFound, message) { Parameter = parameter };

    public static ApiProblem Conflict(string message) => new(ProblemKind.Conflict, message);
}
