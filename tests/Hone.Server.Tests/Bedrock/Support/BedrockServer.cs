using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Hone.Server.Accounts;
using Hone.Server.Inference;
using Hone.Server.Queue;
using Hone.Server.Registry;
using Hone.Server.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Hone.Server.Tests.Bedrock.Support;

/// <summary>An answer of the Bedrock surface.</summary>
sealed record BedrockAnswer(int Status, JsonObject Json, string ErrorType, HttpResponseHeaders Headers)
{
    public string Message => (string?)Json["message"] ?? "";
}

/// <summary>A server whose jobs, models and deployments are in memory; the rest is the server's own, over a bucket "bucket".</summary>
sealed class BedrockServer : IAsyncDisposable
{
    readonly TestServer _server;

    BedrockServer(TestServer server) => _server = server;

    public TestServer Server => _server;
    public InMemoryModels Models => _server.Services.GetRequiredService<InMemoryModels>();
    public InMemoryJobs Jobs => _server.Services.GetRequiredService<InMemoryJobs>();
    public InMemoryInference Inference => _server.Services.GetRequiredService<InMemoryInference>();
    public string BucketFolder => Path.Combine(_server.Folder, "buckets", "bucket");
    public Uri Address => _server.Client.BaseAddress!;

    public static Caller Owner { get; } = new(Caller.FirstAccount, "test", KeyScopes.All);

    public static async Task<BedrockServer> Start(Func<ServerSettings, ServerSettings>? change = null, Action<IServiceCollection>? replace = null)
    {
        var server = await TestServer.Start(change, services =>
        {
            services.AddSingleton<InMemoryModels>();
            services.AddSingleton<IModels>(all => all.GetRequiredService<InMemoryModels>());
            services.AddSingleton<IDeployments>(all => all.GetRequiredService<InMemoryModels>());
            services.AddSingleton<InMemoryJobs>();
            services.AddSingleton<IJobs>(all => all.GetRequiredService<InMemoryJobs>());
            services.AddSingleton<InMemoryInference>();
            services.AddSingleton<IInference>(all => all.GetRequiredService<InMemoryInference>());
            replace?.Invoke(services);
        });
        Directory.CreateDirectory(Path.Combine(server.Folder, "buckets", "bucket"));
        return new(server) { Jobs = { Waits = true } };
    }

    public Task<BedrockAnswer> Get(string path, HttpClient? client = null) => Send(HttpMethod.Get, path, null, client);

    public Task<BedrockAnswer> Post(string path, string body, HttpClient? client = null) => Send(HttpMethod.Post, path, body, client);

    public async Task<BedrockAnswer> Send(HttpMethod method, string path, string? body, HttpClient? client = null)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await (client ?? _server.Client).SendAsync(request);
        string text = await response.Content.ReadAsStringAsync();
        string type = response.Headers.TryGetValues("x-amzn-ErrorType", out var types) ? types.Single() : "";
        return new((int)response.StatusCode, text.Length == 0 ? [] : JsonNode.Parse(text)!.AsObject(), type, response.Headers);
    }

    /// <summary>A key of another account.</summary>
    public async Task<HttpClient> Stranger() => _server.ClientOf((await _server.NewKey("000000000002", KeyScopes.All)).Bearer);

    /// <summary>A tuned model that belongs to an account.</summary>
    public async Task<ServedModel> Tuned(string name, string account = Caller.FirstAccount, string? job = null) => await Models.Register(
        new()
        {
            Id = $"ft:small:{account}:{name}:{Ids.New()}",
            Account = account,
            Kind = ModelKind.Tuned,
            Name = name,
            Base = "small",
            Folder = "/models/small",
            Adapter = "/adapters/" + name,
            Job = job,
            Created = DateTimeOffset.UtcNow,
        },
        CancellationToken.None);

    public static string ArnOf(ServedModel model) => $"arn:aws:bedrock:us-east-1:{model.Account}:custom-model/small/{model.Id.Split(':')[^1]}";

    /// <summary>A reinforcement job that Bedrock would take, with some members exchanged; a text of JSON, or null to leave one out.</summary>
    public static string Job(params (string Member, string? Json)[] changes)
    {
        var job = JsonNode.Parse(
            """
            {"jobName":"sums","customModelName":"sums-model","roleArn":"arn:aws:iam::000000000001:role/R","baseModelIdentifier":"small",
             "customizationType":"REINFORCEMENT_FINE_TUNING",
             "trainingDataConfig":{"s3Uri":"s3://bucket/train.jsonl"},"outputDataConfig":{"s3Uri":"s3://bucket/out/"},
             "customizationConfig":{"rftConfig":{
               "graderConfig":{"lambdaGrader":{"lambdaArn":"arn:aws:lambda:us-east-1:123456789012:function:my-grader"}},
               "hyperParameters":{"epochCount":2,"batchSize":16,"learningRate":0.0001,"maxPromptLength":256,"trainingSamplePerPrompt":4,
                 "inferenceMaxTokens":64,"reasoningEffort":"high","evalInterval":10}}}}
            """)!.AsObject();
        foreach (var (member, json) in changes)
        {
            job.Remove(member);
            if (json is not null)
            {
                job[member] = JsonNode.Parse(json);
            }
        }

        return job.ToJsonString();
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
