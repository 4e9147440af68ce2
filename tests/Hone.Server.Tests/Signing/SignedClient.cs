using System.Security.Cryptography;
using System.Text;
using Amazon.Runtime;
using Amazon.Runtime.Internal.Auth;

namespace Hone.Server.Tests.Signing;

/// <summary>
/// Signs requests with the signer of AWSSDK.Core over a canonical request that is written out here: the computation that the server's is compared
/// with. Everything a test may want to be wrong can be set.
/// </summary>
sealed record SignedClient(string AccessKeyId, string Secret)
{
    public DateTimeOffset Now { get; init; } = DateTimeOffset.UtcNow;
    public string Region { get; init; } = "us-east-1";
    public string Service { get; init; } = "bedrock";

    /// <summary>In place of the body's own hash.</summary>
    public string? PayloadHash { get; init; }

    /// <summary>Leaves x-amz-content-sha256 out, as boto3 does for Bedrock.</summary>
    public bool NamesNoHash { get; init; }

    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    /// <summary>Last changes, after the signature was made.</summary>
    public Action<HttpRequestMessage>? Tamper { get; init; }

    /// <param name="method">Such as GET.</param>
    /// <param name="target">Path and query, encoded as on the wire.</param>
    /// <param name="body">Null: none.</param>
    public HttpRequestMessage Request(Uri server, string method, string target, string? body = null)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(body ?? "");
        string hash = PayloadHash ?? Convert.ToHexStringLower(SHA256.HashData(bytes));
        string time = Now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'");
        var headers = new SortedDictionary<string, List<string>>(StringComparer.Ordinal) { ["host"] = [server.Authority], ["x-amz-date"] = [time] };
        if (!NamesNoHash)
        {
            headers["x-amz-content-sha256"] = [hash];
        }

        foreach (var (name, value) in Headers)
        {
            headers[name.ToLowerInvariant()] = [.. headers.GetValueOrDefault(name.ToLowerInvariant()) ?? [], value];
        }

        string names = string.Join(';', headers.Keys);
        string[] parts = target.Split('?', 2);
        string canonical = string.Join('\n', [
            method, Path(parts[0]), Query(parts.Length > 1 ? parts[1] : ""),
            .. headers.Select(header => $"{header.Key}:{string.Join(',', header.Value.Select(Folded))}"), "", names, hash,
        ]);
        var signature = AWS4Signer.ComputeSignature(new ImmutableCredentials(AccessKeyId, Secret, null), Region, Now.UtcDateTime, Service, names, canonical);

        var request = new HttpRequestMessage(new(method), new Uri(server.ToString().TrimEnd('/') + target, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        foreach (var (name, values) in headers.Where(header => header.Key != "host"))
        {
            request.Headers.TryAddWithoutValidation(name, values);
        }

        request.Headers.TryAddWithoutValidation("Authorization", signature.ForAuthorizationHeader);
        request.Content = body is null ? null : new ByteArrayContent(bytes);
        Tamper?.Invoke(request);
        return request;
    }

    string Path(string path) => Service == "s3" ? path : string.Join('/', path.Split('/').Select(Uri.EscapeDataString));

    static string Query(string query) => string.Join('&', query.Split('&', StringSplitOptions.RemoveEmptyEntries)
        .Select(pair => pair.Contains('=', StringComparison.Ordinal) ? pair : pair + "=")
        .OrderBy(pair => pair.Split('=')[0], StringComparer.Ordinal).ThenBy(pair => pair.Split('=')[1], StringComparer.Ordinal));

    static string Folded(string value) => string.Join(' ', value.Split(' ', StringSplitOptions.RemoveEmptyEntries));
}
