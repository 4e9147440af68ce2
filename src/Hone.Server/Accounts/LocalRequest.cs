using System.Net;

namespace Hone.Server.Accounts;

/// <summary>
/// What a server without keys demands of a request, so that only programs and people of this machine get through: not a page of another
/// site that a browser here has open, whatever name it resolves to this machine (DNS rebinding), and not somebody behind a proxy.
/// </summary>
static class LocalRequest
{
    static readonly string[] _proxyHeaders = ["Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via"];

    public static bool IsLoopbackHost(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address);

    /// <exception cref="ApiProblem">It does not come from this machine, or not from a program of its own.</exception>
    public static void Require(HttpContext context)
    {
        if (context.Connection.RemoteIpAddress is not { } from || !IPAddress.IsLoopback(from))
        {
            throw Refused("This server runs without keys and answers to its own machine only.");
        }

        var request = context.Request;
        if (_proxyHeaders.FirstOrDefault(request.Headers.ContainsKey) is { } proxy)
        {
            throw Refused($"This server runs without keys, and the header {proxy} says that the request was passed on; start it without --insecure-local.");
        }

        if (request.Headers.Host.Count != 1 || !IsLoopbackHost(request.Host.Host))
        {
            throw Refused("This server runs without keys and answers to the names localhost and 127.0.0.1 only.");
        }

        string own = $"{request.Scheme}://{request.Host.Value}";
        bool otherOrigin = request.Headers.Origin.Any(origin => !string.Equals(origin, own, StringComparison.OrdinalIgnoreCase));
        bool otherSite = request.Headers["Sec-Fetch-Site"].Any(site => site is not ("same-origin" or "none"));
        if (otherOrigin || otherSite)
        {
            throw Refused("This server runs without keys and does not answer to pages of other origins.");
        }
    }

    static ApiProblem Refused(string sentence) => new(ProblemKind.Forbidden, sentence);
}
