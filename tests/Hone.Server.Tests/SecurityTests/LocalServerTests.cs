using Hone.Server.Tests.Support;

namespace Hone.Server.Tests.SecurityTests;

/// <summary>A server without keys answers to programs of its own machine, and to no page of another origin.</summary>
public sealed class LocalServerTests
{
    const string Route = "/hone/v1/keys";

    [Theory]
    [InlineData(200, "Host: 127.0.0.1")]
    [InlineData(200, "Host: localhost:1234")]
    [InlineData(200, "Host: [::1]")]
    [InlineData(200, "Host: localhost\r\nOrigin: http://localhost\r\nSec-Fetch-Site: same-origin")]
    [InlineData(200, "Host: localhost\r\nSec-Fetch-Site: none")]
    [InlineData(403, "Host: evil.example")]
    [InlineData(403, "Host: localhost.evil.example")]
    [InlineData(403, "Host: 127.0.0.1.evil.example")]
    [InlineData(403, "Host: 0.0.0.0")]
    [InlineData(403, "Host: 192.168.0.1")]
    [InlineData(403, "Host: ")]
    [InlineData(403, "Host: localhost\r\nOrigin: https://evil.example")]
    [InlineData(403, "Host: localhost\r\nOrigin: null")]
    [InlineData(403, "Host: localhost\r\nOrigin: http://localhost:3000")]
    [InlineData(403, "Host: localhost\r\nOrigin: http://localhost\r\nOrigin: https://evil.example")]
    [InlineData(403, "Host: localhost\r\nSec-Fetch-Site: cross-site")]
    [InlineData(403, "Host: localhost\r\nSec-Fetch-Site: same-site")]
    [InlineData(403, "Host: localhost\r\nX-Forwarded-For: 203.0.113.7")]
    [InlineData(403, "Host: localhost\r\nForwarded: for=203.0.113.7")]
    [InlineData(403, "Host: localhost\r\nVia: 1.1 proxy")]
    public async Task A_request_is_of_this_machine_or_refused(int status, string headers)
    {
        await using var server = await TestServer.Start(settings => settings with { InsecureLocal = true });

        var answer = await RawHttp.Send(server.Client.BaseAddress!, $"GET {Route} HTTP/1.1\r\nConnection: close\r\n{headers}\r\n\r\n");

        Assert.True(answer.Status == status, answer.Head + answer.Body);
    }

    [Theory]
    [InlineData("http://0.0.0.0:0")]
    [InlineData("http://192.168.0.1:80")]
    [InlineData("http://*:80")]
    [InlineData("http://example.com")]
    public async Task A_server_without_keys_does_not_listen_to_others(string url) =>
        await Sentences.Refused(
            ProblemKind.Invalid, () => TestServer.Start(settings => settings with { InsecureLocal = true, Url = url }), url);
}
