using System.Globalization;

namespace Hone.Server.Signing;

/// <summary>What a request says of its signature.</summary>
/// <param name="SignedHeaders">In lower case, sorted.</param>
/// <param name="PayloadHash">The text that stands for the body in what was signed; null: the body's own hash, which no header names.</param>
/// <param name="Expires">Of a presigned address: how long it holds. Null: the signature is in a header.</param>
sealed record SignatureClaims(
    CredentialScope Scope, IReadOnlyList<string> SignedHeaders, string Signature, string Time, DateTimeOffset At, string? PayloadHash, TimeSpan? Expires)
{
    public const string Algorithm = "AWS4-HMAC-SHA256";

    const int LongestPresigned = 7 * 24 * 3600;

    /// <summary>Null where the request has no AWS signature.</summary>
    public static SignatureClaims? Read(HttpRequest request, RawTarget target)
    {
        string? header = request.Headers.Authorization.ToString();
        bool inHeader = header.StartsWith("AWS4-", StringComparison.Ordinal);
        bool inQuery = target.Value("X-Amz-Signature") is not null || target.Value("X-Amz-Algorithm") is not null;
        return (inHeader, inQuery) switch
        {
            (false, false) => null,
            (true, true) => throw SignatureProblem.Incomplete("The request is signed twice, in the Authorization header and in the query; leave one."),
            (true, false) => FromHeader(request, header),
            _ => FromQuery(request, target),
        };
    }

    static SignatureClaims FromHeader(HttpRequest request, string header)
    {
        string[] halves = header.Split(' ', 2);
        RequireAlgorithm(halves[0]);
        var parts = (halves.Length > 1 ? halves[1] : "").Split(',')
            .Select(part => part.Trim().Split('=', 2)).Where(pair => pair.Length == 2)
            .GroupBy(pair => pair[0]).ToDictionary(pair => pair.Key, pair => pair.First()[1], StringComparer.Ordinal);
        string[] needed = ["Credential", "SignedHeaders", "Signature"];
        string[] missing = [.. needed.Where(name => string.IsNullOrEmpty(parts.GetValueOrDefault(name)))];
        if (missing.Length > 0)
        {
            throw SignatureProblem.Incomplete(string.Join(" ", missing.Select(name => $"Authorization header requires '{name}' parameter.")));
        }

        string time = request.Headers["x-amz-date"].ToString();
        string hash = request.Headers["x-amz-content-sha256"].ToString();
        return Make(parts["Credential"], parts["SignedHeaders"], parts["Signature"], time, hash.Length == 0 ? null : hash, expires: null);
    }

    static SignatureClaims FromQuery(HttpRequest request, RawTarget target)
    {
        RequireAlgorithm(target.Value("X-Amz-Algorithm") ?? "");
        string[] names = ["X-Amz-Credential", "X-Amz-Date", "X-Amz-Expires", "X-Amz-SignedHeaders", "X-Amz-Signature"];
        string[] missing = [.. names.Where(name => string.IsNullOrEmpty(target.Value(name)))];
        if (missing.Length > 0)
        {
            throw SignatureProblem.Incomplete($"AWS query-string parameters must include {string.Join(", ", missing)}.");
        }

        string expires = target.Value("X-Amz-Expires")!;
        if (!int.TryParse(expires, NumberStyles.None, CultureInfo.InvariantCulture, out int seconds) || seconds is < 1 or > LongestPresigned)
        {
            throw SignatureProblem.Incomplete($"X-Amz-Expires is '{expires}', but needs to be 1 to {LongestPresigned} seconds.");
        }

        string header = request.Headers["x-amz-content-sha256"].ToString();
        string? hash = target.Value("X-Amz-Content-Sha256") ?? (header.Length > 0 ? header : null);
        string Given(string name) => target.Value("X-Amz-" + name)!;
        return Make(Given("Credential"), Given("SignedHeaders"), Given("Signature"), Given("Date"), hash, TimeSpan.FromSeconds(seconds));
    }

    static SignatureClaims Make(string credential, string signedHeaders, string signature, string time, string? payloadHash, TimeSpan? expires)
    {
        if (!DateTimeOffset.TryParseExact(
            time, "yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at))
        {
            throw SignatureProblem.Incomplete($"Date must be in ISO-8601 'basic format', such as 20260102T030405Z. Got '{time}'.");
        }

        string[] headers = signedHeaders.Split(';');
        if (!headers.Contains("host") && !headers.Contains(":authority"))
        {
            throw SignatureProblem.Wrong("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
        }

        if (!headers.SequenceEqual(headers.Select(name => name.ToLowerInvariant()).Distinct().Order(StringComparer.Ordinal)))
        {
            throw SignatureProblem.Incomplete(
                $"SignedHeaders is '{signedHeaders}', but needs names in lower case, each once, in the order of the alphabet.");
        }

        return new(CredentialScope.Parse(credential), headers, signature, time, at, payloadHash, expires);
    }

    static void RequireAlgorithm(string algorithm)
    {
        if (algorithm != Algorithm)
        {
            throw SignatureProblem.Incomplete($"Unsupported AWS 'algorithm': '{algorithm}'; this server verifies {Algorithm}.");
        }
    }
}
