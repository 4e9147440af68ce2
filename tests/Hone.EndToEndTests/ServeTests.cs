using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Hone.EndToEndTests.Support;

namespace Hone.EndToEndTests;

/// <summary>The service as a process of its own: its first start, its keys, its end.</summary>
public class ServeTests
{
    const string AnyPort = "http://127.0.0.1:0";

    [Fact]
    public async Task A_first_start_prints_a_key_that_works_and_a_second_one_prints_none()
    {
        using var folder = new TemporaryFolder();
        using var process = HoneProcess.Start(["serve", "--data-folder", folder["data"], "--url", AnyPort, "--json"]);
        var started = Started(process);

        using var client = Client(started, (string?)started["key"]!["bearer"]);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/hone/v1/keys")).StatusCode);
        Assert.Contains("\"engine\":\"ok\"", await client.GetStringAsync("/readyz"));
        var made = HoneProcess.Run("keys", "create", "--data-folder", folder["data"], "--account", "new", "--scopes", "read", "--json").Succeeded().Json;
        Assert.Equal("000000000002", (string?)made["account"]);
        using var other = Client(started, (string?)made["bearer"]);
        Assert.Equal(HttpStatusCode.Forbidden, (await other.GetAsync("/hone/v1/keys")).StatusCode);
        HoneProcess.Run("keys", "revoke", (string)made["id"]!, "--data-folder", folder["data"]).Succeeded();
        Assert.Equal(HttpStatusCode.Unauthorized, (await other.GetAsync("/hone/v1/keys")).StatusCode);

        process.Interrupt();
        process.Wait().Succeeded();

        using var again = HoneProcess.Start(["serve", "--data-folder", folder["data"], "--url", AnyPort, "--json"]);
        Assert.Null(Started(again)["key"]);
        var log = HoneProcess.Run("audit", "--data-folder", folder["data"], "--json").Succeeded().Json["entries"]!.AsArray();
        Assert.Equal(["key.revoke", "key.create", "key.create"], log.Select(entry => (string?)entry!["action"]));
    }

    [Fact]
    public async Task A_second_server_over_the_same_folder_is_refused()
    {
        using var folder = new TemporaryFolder();
        using var process = HoneProcess.Start(["serve", "--data-folder", folder["data"], "--url", AnyPort, "--json"]);
        var started = Started(process);

        HoneProcess.Run("serve", "--data-folder", folder["data"], "--url", AnyPort).RefusedWith(folder["data"], "--postgres");

        using var client = Client(started, null);
        Assert.Equal("alive", await client.GetStringAsync("/healthz"));
        HoneProcess.Run("serve", "--data-folder", folder["other"], "--url", (string)started["address"]!).RefusedWith("in use", "--url");
    }

    [Fact]
    public void Settings_that_cannot_be_used_are_told_all_at_once() =>
        HoneProcess.Run("serve", "--url", "here", "--batch", "0", "--model-folders", "/nowhere").RefusedWith("--url is here", "--batch is 0", "/nowhere");

    static JsonObject Started(HoneProcess process)
    {
        process.WaitForOutput(text => text.Contains("\"address\"", StringComparison.Ordinal) && text.EndsWith('\n'));
        return JsonNode.Parse(process.Output.Split('\n').First(line => line.Contains("\"address\"", StringComparison.Ordinal)))!.AsObject();
    }

    static HttpClient Client(JsonObject started, string? bearer)
    {
        var client = new HttpClient { BaseAddress = new Uri((string)started["address"]!) };
        client.DefaultRequestHeaders.Authorization = bearer is null ? null : new AuthenticationHeaderValue("Bearer", bearer);
        return client;
    }
}
