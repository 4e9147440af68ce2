using Hone.Server.Signing;

namespace Hone.Server.Accounts;

/// <summary>
/// Finds out who asks, before anything else looks at the request: a bearer token, or a signature of AWS's kind. Every route is behind it but
/// those marked <see cref="OpenRoute"/>, and so is every path that is no route.
/// </summary>
sealed class Authentication(RequestDelegate next, IKeys keys, ServerSettings settings, ISignatureVerifier? signatures = null)
{
    const string Bearer = "Bearer ", Signed = "AWS4-HMAC-SHA256";

    // Our tokens have 58 characters. A longer text is hashed and compared all the same, but not without end.
    const int LongestToken = 4096;

    static readonly Caller _local = new(Caller.FirstAccount, "local", KeyScopes.All);

    public async Task Invoke(HttpContext context)
    {
        if (!OpenRoute.Is(context.GetEndpoint()))
        {
            context.SetCaller(settings.InsecureLocal ? Local(context) : await Find(context));
        }

        await next(context);
    }

    static Caller Local(HttpContext context)
    {
        LocalRequest.Require(context);
        return _local;
    }

    async Task<Caller> Find(HttpContext context)
    {
        var values = context.Request.Headers.Authorization;
        if (values.Count > 1)
        {
            throw Refused("The request has several Authorization headers; send one.");
        }

        string? value = values.Count == 1 ? values[0] : null;
        bool signed = value?.StartsWith(Signed, StringComparison.OrdinalIgnoreCase) ?? context.Request.Query.ContainsKey("X-Amz-Signature");
        if (signed && signatures is not null)
        {
            return await signatures.Verify(context, context.RequestAborted) ?? throw NoKey();
        }

        if (string.IsNullOrEmpty(value))
        {
            throw NoKey();
        }

        if (!value.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
        {
            throw Refused("The Authorization header is neither \"Bearer KEY\" nor an AWS signature (AWS4-HMAC-SHA256).");
        }

        string token = value[Bearer.Length..].Trim();
        return token.Length <= LongestToken && await keys.FindBearer(token, context.RequestAborted) is { } caller
            ? caller
            : throw Refused("This API key is unknown, expired or revoked; hone keys list shows those there are.");
    }

    static ApiProblem NoKey() => new(
        ProblemKind.Unauthenticated, "The request has no API key: send the header Authorization: Bearer hone-..., or sign it with the key's AWS pair.");

    static ApiProblem Refused(string sentence) => new(ProblemKind.Unauthenticated, sentence);
}
