namespace Hone.Server.Accounts;

/// <summary>What a key may do.</summary>
[Flags]
public enum KeyScopes
{
    None = 0,

    /// <summary>Read files, jobs, models, runs.</summary>
    Read = 1,

    /// <summary>Make, change and delete them.</summary>
    Write = 2,

    /// <summary>Ask models.</summary>
    Infer = 4,

    /// <summary>Keys, audit log, logging configuration.</summary>
    Admin = 8,

    All = Read | Write | Infer | Admin,
}

/// <summary>Who asks. Everything that is stored belongs to an account, and nobody sees what another account owns.</summary>
/// <param name="Account">Twelve digits, as in an ARN.</param>
/// <param name="KeyId">The key that was shown; "local" where none is needed.</param>
public sealed record Caller(string Account, string KeyId, KeyScopes Scopes)
{
    /// <summary>The account of a server that needs no key, and of the first key.</summary>
    public const string FirstAccount = "000000000001";

    /// <exception cref="ApiProblem">The key has no such scope.</exception>
    public void Require(KeyScopes scopes)
    {
        if ((Scopes & scopes) != scopes)
        {
            throw new ApiProblem(
                ProblemKind.Forbidden, $"The key {KeyId} may {Scopes}, but this needs {scopes}; use another key or make one: hone keys create.");
        }
    }
}

/// <summary>The caller of a request, once the middleware has found out.</summary>
public static class HttpCaller
{
    const string Key = "hone.caller";

    public static void SetCaller(this HttpContext context, Caller caller) => context.Items[Key] = caller;

    /// <summary>Null on routes that need no key.</summary>
    public static Caller? FindCaller(this HttpContext context) => context.Items[Key] as Caller;

    /// <exception cref="InvalidOperationException">The route was not put behind authentication.</exception>
    public static Caller Caller(this HttpContext context, KeyScopes needs)
    {
        var caller = context.FindCaller() ?? throw new InvalidOperationException("This route is not behind authentication.");
        caller.Require(needs);
        return caller;
    }
}
