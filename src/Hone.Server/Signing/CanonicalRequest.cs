using System.Security.Cryptography;
using System.Text;

namespace Hone.Server.Signing;

/// <summary>The request in the one form that both sides hash.</summary>
static class CanonicalRequest
{
    /// <summary>method, path, query, headers, names of headers and the body's hash, one below the other.</summary>
    public static string Of(HttpRequest request, RawTarget target, SignatureClaims claims, bool storage, string payloadHash)
    {
        var text = new StringBuilder();
        text.Append(request.Method).Append('\n');
        text.Append(target.CanonicalPath(storage)).Append('\n');
        text.Append(target.CanonicalQuery()).Append('\n');
        foreach (string name in claims.SignedHeaders)
        {
            text.Append(name).Append(':').Append(Value(request, name)).Append('\n');
        }

        return text.Append('\n').AppendJoin(';', claims.SignedHeaders).Append('\n').Append(payloadHash).ToString();
    }

    /// <summary>algorithm, time, scope and the canonical request's hash.</summary>
    public static string StringToSign(SignatureClaims claims, string canonical)
    {
        string hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)));
        return $"{SignatureClaims.Algorithm}\n{claims.Time}\n{claims.Scope.Text}\n{hash}";
    }

    /// <summary>Headers that AWS insists on: what is not signed could be changed on the way.</summary>
    public static IEnumerable<string> Unsigned(HttpRequest request, SignatureClaims claims) =>
        request.Headers.Keys.Select(name => name.ToLowerInvariant())
            .Where(name => name.StartsWith("x-amz-", StringComparison.Ordinal) && !claims.SignedHeaders.Contains(name));

    // Several lines of a header are one, with commas; spaces around a value go, those inside become one.
    static string Value(HttpRequest request, string name)
    {
        if (name == ":authority")
        {
            return request.Headers.Host.ToString();
        }

        if (!request.Headers.TryGetValue(name, out var values))
        {
            throw SignatureProblem.Incomplete($"SignedHeaders names '{name}', but the request has no such header.");
        }

        return string.Join(',', values.Select(value => string.Join(' ', (value ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries))));
    }
}
