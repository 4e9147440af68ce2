using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Hone.Server.Tests.Bedrock.Support;

/// <summary>Stands where AWS Lambda would: calls a small handler with each batch of answers.</summary>
sealed class LambdaStub : IAsyncDisposable
{
    readonly WebApplication _app;

    LambdaStub(WebApplication app) => _app = app;

    public string Address => _app.Urls.Single();

    /// <summary>Answers that were graded.</summary>
    public int Graded { get; private set; }

    /// <summary>Path of the last call.</summary>
    public string Path { get; private set; } = "";

    /// <summary>The score is what the handler says of an answer's last message and its reference.</summary>
    public static async Task<LambdaStub> Start(Func<string, JsonNode?, double> handler)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var stub = new LambdaStub(app);
        app.MapPost("/{**path}", async context =>
        {
            var items = (await JsonNode.ParseAsync(context.Request.Body))!.AsArray();
            (stub.Path, stub.Graded) = (context.Request.Path.Value!, stub.Graded + items.Count);
            var results = items.Select(item => new JsonObject
            {
                ["id"] = (string)item!["id"]!,
                ["aggregate_reward_score"] = handler((string)item["messages"]!.AsArray()[^1]!["content"]!, item["metadata"]!["reference_answer"]),
            });
            await context.Response.WriteAsync(new JsonArray([.. results]).ToJsonString());
        });
        await app.StartAsync();
        return stub;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
