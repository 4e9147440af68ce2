namespace Hone.Server.Tests.SecurityTests;

/// <summary>A request that has to be refused.</summary>
/// <param name="Name">What is tried.</param>
/// <param name="Statuses">The codes that refuse it.</param>
/// <param name="Request">The bytes; {names} in it stand for keys and ids of <see cref="Tenants"/>.</param>
sealed record Attack(string Name, int[] Statuses, string Request)
{
    /// <summary>A request without a body.</summary>
    public static Attack Get(string name, int status, string target, params string[] headers) =>
        new(name, [status], Head($"GET {target} HTTP/1.1", headers) + "\r\n");

    public static Attack Of(string name, int status, string line, params string[] headers) => new(name, [status], Head($"{line} HTTP/1.1", headers) + "\r\n");

    /// <summary>A key is to be made with this body by somebody who may make keys.</summary>
    public static Attack Post(string name, int status, string body, string type = "application/json") => new(
        name, [status],
        Head("POST /hone/v1/keys HTTP/1.1", ["Authorization: Bearer {stranger}", $"Content-Type: {type}", $"Content-Length: {body.Length}"]) + "\r\n" + body);

    public Attack Or(int status) => this with { Statuses = [.. Statuses, status] };

    public static string Head(string line, params string[] headers)
    {
        string host = headers.Any(header => header.StartsWith("Host:", StringComparison.Ordinal)) ? "" : "Host: 127.0.0.1\r\n";
        return $"{line}\r\n{host}Connection: close\r\n{string.Concat(headers.Select(header => header + "\r\n"))}";
    }

    public string For(Tenants tenants) => Request
        .Replace("{stranger}", tenants.Stranger.Bearer, StringComparison.Ordinal)
        .Replace("{stranger-id}", tenants.Stranger.Key.Id, StringComparison.Ordinal)
        .Replace("{stranger-short}", tenants.Stranger.Bearer[..^1], StringComparison.Ordinal)
        .Replace("{stranger-upper}", tenants.Stranger.Bearer.ToUpperInvariant(), StringComparison.Ordinal)
        .Replace("{tampered}", tenants.Stranger.Bearer[..^1] + (tenants.Stranger.Bearer[^1] == 'a' ? 'b' : 'a'), StringComparison.Ordinal)
        .Replace("{other-id}", tenants.Stranger.Bearer.Replace(tenants.Stranger.Key.Id, tenants.ReadOnly.Key.Id, StringComparison.Ordinal), StringComparison.Ordinal)
        .Replace("{secret}", tenants.Stranger.SecretAccessKey, StringComparison.Ordinal)
        .Replace("{access}", tenants.Stranger.AccessKeyId, StringComparison.Ordinal)
        .Replace("{admin}", tenants.AdminOnly.Bearer, StringComparison.Ordinal)
        .Replace("{read}", tenants.ReadOnly.Bearer, StringComparison.Ordinal)
        .Replace("{write}", tenants.WriteOnly.Bearer, StringComparison.Ordinal)
        .Replace("{infer}", tenants.InferOnly.Bearer, StringComparison.Ordinal)
        .Replace("{expired}", tenants.Expired.Bearer, StringComparison.Ordinal)
        .Replace("{revoked}", tenants.Revoked.Bearer, StringComparison.Ordinal)
        .Replace("{foreign}", Tenants.Foreign, StringComparison.Ordinal)
        .Replace("{owned-key}", tenants.OwnedIds[0], StringComparison.Ordinal);
}
