using System.Security.Cryptography;
using System.Text;
using Hone.Server.Accounts;

namespace Hone.Server.Tests.SecurityTests;

/// <summary>A request signed as AWS's Signature Version 4 asks for, with everything in it to be got wrong.</summary>
sealed record SignedRequest(string AccessKeyId, string Secret)
{
    public string Method { get; init; } = "GET";
    public string Path { get; init; } = "/foundation-models";
    public string Query { get; init; } = "";
    public string Body { get; init; } = "";
    public string Region { get; init; } = "us-east-1";
    public string Service { get; init; } = "bedrock";
    public string SignedHeaders { get; init; } = "host;x-amz-content-sha256;x-amz-date";
    public DateTimeOffset At { get; init; } = DateTimeOffset.UtcNow;

    /// <summary>Lines of the head that are not signed.</summary>
    public string Unsigned { get; init; } = "";

    /// <summary>What is changed behind the signature.</summary>
    public Func<string, string> Tamper { get; init; } = text => text;

    string Time => At.ToString("yyyyMMdd'T'HHmmss'Z'");

    string Scope => $"{Time[..8]}/{Region}/{Service}/aws4_request";

    public static SignedRequest With(NewApiKey key) => new(key.AccessKeyId, key.SecretAccessKey);

    /// <summary>Signed in a header.</summary>
    public string InHeader()
    {
        string hash = Hex(SHA256.HashData(Encoding.UTF8.GetBytes(Body)));
        var values = new Dictionary<string, string> { ["host"] = "127.0.0.1", ["x-amz-content-sha256"] = hash, ["x-amz-date"] = Time };
        string headers = string.Concat(SignedHeaders.Split(';').Select(name => $"{name}:{values.GetValueOrDefault(name)}\n"));
        string signature = Sign($"{Method}\n{Path}\n{Query}\n{headers}\n{SignedHeaders}\n{hash}");
        return Tamper(Attack.Head(
            $"{Method} {Path}{(Query.Length > 0 ? "?" + Query : "")} HTTP/1.1",
            $"X-Amz-Date: {Time}", $"X-Amz-Content-Sha256: {hash}", "Content-Type: application/json", $"Content-Length: {Body.Length}",
            $"Authorization: AWS4-HMAC-SHA256 Credential={AccessKeyId}/{Scope}, SignedHeaders={SignedHeaders}, Signature={signature}")
            + Unsigned + "\r\n" + Body);
    }

    /// <summary>Signed in the address.</summary>
    public string InQuery(int seconds)
    {
        string query = $"X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential={Uri.EscapeDataString($"{AccessKeyId}/{Scope}")}&X-Amz-Date={Time}"
            + $"&X-Amz-Expires={seconds}&X-Amz-SignedHeaders=host";
        string empty = Hex(SHA256.HashData([]));
        string signature = Sign($"{Method}\n{Path}\n{query}\nhost:127.0.0.1\n\nhost\n{empty}");
        return Tamper(Attack.Head($"{Method} {Path}?{query}&X-Amz-Signature={signature} HTTP/1.1") + "\r\n");
    }

    string Sign(string canonical)
    {
        byte[] key = Encoding.UTF8.GetBytes("AWS4" + Secret);
        foreach (string part in Scope.Split('/'))
        {
            key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part));
        }

        string text = $"AWS4-HMAC-SHA256\n{Time}\n{Scope}\n{Hex(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)))}";
        return Hex(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text)));
    }

    static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);
}
