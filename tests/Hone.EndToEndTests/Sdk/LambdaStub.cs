using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Hone.EndToEndTests.Sdk;

/// <summary>Stands where AWS Lambda would: calls a small handler with each batch of answers.</summary>
sealed class LambdaStub : IAsyncDisposable
{
    readonly WebApplication _app;

    LambdaStub(WebApplication app) => _app = app;

    public string Address => _app.Urls.Single();

    /// <summary>Reference answers of what was graded, in the order of the calls.</summary>
    public ConcurrentQueue<string?> References { get; } = [];

    /// <summary>Paths that were called.</summary>
    public ConcurrentQueue<string> Paths { get; } = [];

    /// <summary>The score is what the handler says of an answer's last message.</summary>
    public static async Task<LambdaStub> Start(Func<string, double> handler)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var stub = new LambdaStub(app);
        app.MapPost("/{**path}", async context =>
        {
            var items = (await JsonNode.ParseAsync(context.Request.Body))!.AsArray();
            stub.Paths.Enqueue(context.Request.Path.Value!);
            foreach (var item in items)
            {
                stub.References.Enqueue((string?)item!["metadata"]!["reference_answer"]);
            }

            var results = items.Select(item => new JsonObject
            {
                ["id"] = (string)item!["id"]!,
                ["aggregate_reward_score"] = handler((string)item["messages"]!.AsArray()[^1]!["content"]!),
            });
            await context.Response.WriteAsync(new JsonArray([.. results]).ToJsonString());
        });
        await app.StartAsync();
        return stub;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
