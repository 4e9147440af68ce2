using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Hone.Grading;
using Hone.Server.Accounts;
using Hone.Server.Tests.Support;
using Hone.Server.Webhooks;

namespace Hone.Server.Tests.Webhooks;

public sealed class WebhookTests
{
    [Theory, OnSqlite, OnPostgres]
    public async Task The_end_of_a_job_is_told_signed_and_told_again_until_it_is_taken(string kind)
    {
        await using var receiver = new Receiver { Status = number => number switch { 1 => 500, 2 => 302, _ => 204 } };
        await using var store = await TestDatabase.Open(kind);
        await using var server = await QueueServer.Start(store);
        var hook = await Create(server, receiver.Url + "/hook");
        var job = await server.Jobs.Create(QueueServer.Owner, await server.Job(), default);

        await server.Jobs.Stop(QueueServer.Owner, job.Id, default);
        for (int i = 0; i < 3; i++)
        {
            await receiver.Arrives();
        }

        var told = receiver.Requests;
        Assert.Single(told.Select(one => one.Headers["webhook-id"]).Distinct());
        Assert.All(told, one => Assert.Equal(Signature(hook["secret"]!.GetValue<string>(), one), one.Headers["webhook-signature"]));
        var body = JsonNode.Parse(told[0].Body)!;
        Assert.Equal("fine_tuning.job.cancelled", body["type"]!.GetValue<string>());
        Assert.Equal("ftjob-" + job.Id, body["data"]!["id"]!.GetValue<string>());
        Assert.Equal(told[0].Headers["webhook-id"], body["id"]!.GetValue<string>());
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task What_was_not_taken_is_told_after_a_restart(string kind)
    {
        await using var receiver = new Receiver { Status = _ => 503 };
        await using var store = await TestDatabase.Open(kind);
        await using (var first = await QueueServer.Start(store))
        {
            await Create(first, receiver.Url);
            var job = await first.Jobs.Create(QueueServer.Owner, await first.Job(), default);
            await first.Jobs.Stop(QueueServer.Owner, job.Id, default);
            await receiver.Arrives();
        }

        receiver.Status = _ => 200;
        int before = receiver.Requests.Count;
        await using var second = await QueueServer.Start(store);
        while (receiver.Requests.Count == before)
        {
            await receiver.Arrives();
        }

        Assert.Single(receiver.Requests.Select(one => one.Headers["webhook-id"]).Distinct());
    }

    [Fact]
    public async Task Webhooks_are_their_accounts_own()
    {
        await using var store = await TestDatabase.Open(TestDatabase.OfSqlite);
        await using var server = await QueueServer.Start(store);
        var hook = await Create(server, "http://127.0.0.1:1/");
        var key = await server.Server.NewKey("000000000002", KeyScopes.All);
        using var stranger = server.Server.ClientOf(key.Bearer);
        string path = "/hone/v1/webhooks/" + hook["id"];

        Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetAsync(path)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetAsync(path + "/deliveries")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.DeleteAsync(path)).StatusCode);
        Assert.DoesNotContain("secret", await server.Client.GetStringAsync(path));
        Assert.Equal(HttpStatusCode.OK, (await server.Client.DeleteAsync(path)).StatusCode);
        Assert.Equal("""{"object":"list","data":[]}""", await server.Client.GetStringAsync("/hone/v1/webhooks"));
    }

    [Theory]
    [InlineData("""{"url":"ftp://example.com"}""")]
    [InlineData("""{"url":"https://user:word@example.com"}""")]
    [InlineData("""{"url":7}""")]
    [InlineData("""{}""")]
    [InlineData("""{"url":"https://example.com","events":["job.created"]}""")]
    [InlineData("""{"url":"https://example.com","events":[]}""")]
    [InlineData("""{"url":"https://example.com","secret":"mine"}""")]
    [InlineData("""["https://example.com"]""")]
    [InlineData("{")]
    public async Task A_webhook_that_makes_no_sense_is_refused(string body)
    {
        await using var server = await TestServer.Start();

        var answer = await server.Client.PostAsync("/hone/v1/webhooks", new StringContent(body, Encoding.UTF8, "application/json"));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("0.0.0.0")]
    [InlineData("10.1.2.3")]
    [InlineData("100.64.0.1")]
    [InlineData("169.254.169.254")]
    [InlineData("172.31.255.255")]
    [InlineData("192.168.0.1")]
    [InlineData("224.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("::")]
    [InlineData("::1")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("64:ff9b::a00:1")]
    [InlineData("fe80::1")]
    [InlineData("fc00::1")]
    [InlineData("2002:0a00:0001::1")]
    [InlineData("ff02::1")]
    public void Addresses_behind_the_server_are_private(string address) => Assert.True(PublicAddress.IsPrivate(IPAddress.Parse(address)));

    [Theory]
    [InlineData("8.8.8.8")]
    [InlineData("172.32.0.1")]
    [InlineData("100.128.0.1")]
    [InlineData("2606:4700::1111")]
    public void Addresses_of_the_internet_are_not_private(string address) => Assert.False(PublicAddress.IsPrivate(IPAddress.Parse(address)));

    [Theory]
    [InlineData("http://example.com/hook")]
    [InlineData("https://127.0.0.1/hook")]
    [InlineData("https://[::1]/hook")]
    [InlineData("https://2130706433/hook")]
    [InlineData("https://0x7f.1/hook")]
    public void A_server_that_allows_none_refuses_private_addresses_in_every_spelling(string url) =>
        Assert.NotNull(WebhookAddress.Problem(url, allowsPrivate: false));

    [Fact]
    public async Task A_name_that_resolves_to_a_private_address_is_not_called()
    {
        await using var receiver = new Receiver();
        using var client = WebhookAddress.Client(allowsPrivate: false, TimeSpan.FromSeconds(5));

        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync(receiver.Url.Replace("127.0.0.1", "localhost", StringComparison.Ordinal)));

        Assert.Empty(receiver.Requests);
    }

    static async Task<JsonObject> Create(QueueServer server, string url)
    {
        var answer = await server.Client.PostAsJsonAsync("/hone/v1/webhooks", new { url });
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync())!.AsObject();
    }

    static string Signature(string secret, Receiver.Received one)
    {
        byte[] key = Convert.FromBase64String(secret["whsec_".Length..]);
        byte[] signed = Encoding.UTF8.GetBytes($"{one.Headers["webhook-id"]}.{one.Headers["webhook-timestamp"]}.{Encoding.UTF8.GetString(one.Body)}");
        return "v1," + Convert.ToBase64String(HMACSHA256.HashData(key, signed));
    }
}
