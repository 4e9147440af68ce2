using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hone.Server.Inference;
using Hone.Server.Queue;
using Hone.Server.Registry;
using Microsoft.Extensions.DependencyInjection;

namespace Hone.Server.Tests.Support;

/// <summary>A server whose parts behind the OpenAI surface are in memory where they are not the server's own.</summary>
static class OpenAiServer
{
    public static Task<TestServer> Start(Func<ServerSettings, ServerSettings>? change = null) => TestServer.Start(change, services =>
    {
        services.AddSingleton<IModels, InMemoryModels>();
        services.AddSingleton<IJobs, InMemoryJobs>();
        services.AddSingleton<IInference, InMemoryInference>();
        services.AddSingleton<IGraderTrial, InMemoryGraderTrial>();
    });

    public static async Task<(int Status, JsonObject Json)> Send(
        this TestServer server, HttpMethod method, string path, object? body = null, string? key = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (key is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }

        request.Content = body switch
        {
            null => null,
            HttpContent content => content,
            string text => new StringContent(text, Encoding.UTF8, "application/json"),
            _ => new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json"),
        };
        using var response = await server.Client.SendAsync(request);
        return ((int)response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync())!.AsObject());
    }

    public static Task<(int Status, JsonObject Json)> Get(this TestServer server, string path, string? key = null) =>
        server.Send(HttpMethod.Get, path, key: key);

    public static Task<(int Status, JsonObject Json)> Post(this TestServer server, string path, object? body = null, string? key = null) =>
        server.Send(HttpMethod.Post, path, body, key);

    /// <summary>The data lines of server-sent events.</summary>
    public static async Task<IReadOnlyList<string>> Events(this TestServer server, string path, string body)
    {
        using var response = await server.Client.PostAsync(path, new StringContent(body, Encoding.UTF8, "application/json"));
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        return [.. (await response.Content.ReadAsStringAsync()).Split('\n').Where(line => line.StartsWith("data: ", StringComparison.Ordinal)).Select(line => line[6..])];
    }

    public static async Task<string> Upload(this TestServer server, string content = "{\"messages\":[]}\n", string purpose = "fine-tune", string? key = null)
    {
        using var form = new MultipartFormDataContent
        {
            { new StringContent(content), "file", "train.jsonl" },
            { new StringContent(purpose), "purpose" },
        };
        var (status, json) = await server.Send(HttpMethod.Post, "/v1/files", form, key);
        Assert.Equal(200, status);
        return json["id"]!.GetValue<string>();
    }
}
