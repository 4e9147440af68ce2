using Hone.Server.Tests.Support;

namespace Hone.Server.Tests;

public sealed class HealthTests
{
    [Fact]
    public async Task A_server_says_that_it_is_alive()
    {
        await using var server = await TestServer.Start();
        Assert.Equal("alive", await server.Client.GetStringAsync("/healthz"));
    }
}
