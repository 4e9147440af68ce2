using System.Net;
using System.Net.Sockets;
using System.Text;
using Hone.Server.Accounts;
using Hone.Server.Tests.Support;

namespace Hone.Server.Tests.Accounts;

public sealed class RateLimitTests
{
    const string Route = "/hone/v1/keys";

    [Fact]
    public async Task A_key_gets_its_requests_per_minute_and_then_429_while_others_go_on()
    {
        await using var server = await TestServer.Start(settings => settings with { RequestsPerMinute = 3 });
        using var other = server.ClientOf((await server.NewKey("000000000002", KeyScopes.All)).Bearer);

        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(HttpStatusCode.OK, (await server.Client.GetAsync(Route)).StatusCode);
        }

        var refused = await server.Client.GetAsync(Route);
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
        Assert.Contains("3 requests in a minute", await refused.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.OK, (await other.GetAsync(Route)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await server.Client.GetAsync("/healthz")).StatusCode);
    }

    [Fact]
    public async Task A_key_holds_its_number_of_requests_at_once_and_gets_them_back()
    {
        await using var server = await TestServer.Start(settings => settings with { ConcurrentRequests = 1 });
        using (await SendHalf(server))
        {
            Assert.Equal(HttpStatusCode.TooManyRequests, (await server.Client.GetAsync(Route)).StatusCode);
        }

        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        HttpStatusCode status;
        while ((status = (await server.Client.GetAsync(Route, patience.Token)).StatusCode) == HttpStatusCode.TooManyRequests)
        {
            await Task.Delay(10, patience.Token);
        }

        Assert.Equal(HttpStatusCode.OK, status);
    }

    // A request whose body does not come holds its place until the client goes. The server asks for the body ("100 Continue")
    // once the request has its place: from there on nothing depends on who comes first.
    static async Task<TcpClient> SendHalf(TestServer server)
    {
        var client = new TcpClient();
        await client.ConnectAsync(server.Client.BaseAddress!.Host, server.Client.BaseAddress.Port);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
            $"POST {Route} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {server.Key.Bearer}\r\nContent-Type: application/json\r\nContent-Length: 100\r\nExpect: 100-continue\r\n\r\n"));
        var asked = new byte["HTTP/1.1 100 Continue".Length];
        await client.GetStream().ReadExactlyAsync(asked);
        Assert.Equal("HTTP/1.1 100 Continue", Encoding.ASCII.GetString(asked));
        return client;
    }
}
