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

    /// <summary>In place of <see cref="Request"/>, where it takes more than names.</summary>
    public Func<Tenants, string>? Make { get; init; }

    public string For(Tenants tenants) => Make?.Invoke(tenants) ?? tenants.Fill(Request);
}
