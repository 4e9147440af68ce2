using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json.Nodes;
using Hone.Jobs.Engine;
using Hone.Server.Accounts;
using Hone.Server.Files;
using Hone.Server.Queue;
using Hone.Server.Queue.Nodes;
using Hone.Server.Webhooks;
using Microsoft.Extensions.DependencyInjection;

namespace Hone.Server.Tests.Support;

/// <summary>A server whose queue is looked at, over a database of one kind, with the shipped model.</summary>
sealed class QueueServer : IAsyncDisposable
{
    readonly TestServer _server;

    QueueServer(TestServer server) => _server = server;

    public static Caller Owner { get; } = new(Caller.FirstAccount, "owner", KeyScopes.All);
    public static Caller Stranger { get; } = new("000000000002", "stranger", KeyScopes.All);

    /// <summary>The folder of this repository.</summary>
    public static string Repository { get; } = Root();

    public IJobs Jobs => Get<IJobs>();
    public HttpClient Client => _server.Client;
    public string Folder => _server.Folder;
    public TestServer Server => _server;

    /// <param name="store">What it runs over.</param>
    /// <param name="engine">Null: nothing works on the queue.</param>
    /// <param name="node">Other patience than a test's.</param>
    /// <param name="change">Other settings.</param>
    public static async Task<QueueServer> Start(
        TestDatabase store, IEngine? engine = null, Func<NodeSettings, NodeSettings>? node = null, Func<ServerSettings, ServerSettings>? change = null)
    {
        var pace = new NodeSettings
        {
            Name = $"node-{Guid.NewGuid():N}"[..12],
            Tier = Hone.Jobs.RunOrigin.InstructionSetTier(),
            Heartbeat = TimeSpan.FromMilliseconds(200),
            Look = TimeSpan.FromMilliseconds(50),
            FirstRetry = TimeSpan.FromMilliseconds(5),
            LongestRetry = TimeSpan.FromMilliseconds(100),
        };
        var server = await TestServer.Start(
            settings => (change ?? (same => same))(store.Of(settings) with { ModelFolders = [Path.Combine(Repository, "models")], AllowPrivateWebhooks = true }),
            services =>
            {
                services.AddSingleton(node?.Invoke(pace) ?? pace);
                services.AddSingleton(new WebhookPatience { FirstRetry = TimeSpan.FromMilliseconds(20), Look = TimeSpan.FromMilliseconds(20) });
                if (engine is null)
                {
                    services.Remove(services.Single(service => service.ImplementationType == typeof(Node)));
                }
                else
                {
                    services.AddSingleton(engine);
                }
            },
            store.Folder);
        return new QueueServer(server);
    }

    public T Get<T>() where T : notnull => _server.Services.GetRequiredService<T>();

    public Task<StoredFile> Upload(string name, string content, Caller? caller = null) =>
        Get<IFiles>().Add(caller ?? Owner, name, "fine-tune", new MemoryStream(Encoding.UTF8.GetBytes(content)), null, default);

    /// <summary>A job of a few tiny steps, over a file that is uploaded for it.</summary>
    public async Task<NewJob> Job(Action<JsonObject>? change = null)
    {
        var file = await Upload("prompts.jsonl", Prompts(16));
        return Job(file.Id, change);
    }

    public static NewJob Job(string source, Action<JsonObject>? change = null)
    {
        var settings = new JsonObject
        {
            ["grader"] = new JsonObject { ["kind"] = "contains", ["text"] = "1" },
            ["seed"] = 3,
            ["validationShare"] = 0.25,
            ["hyperParameters"] = new JsonObject
            {
                ["epochCount"] = 20,
                ["maxSteps"] = 4,
                ["batchSize"] = 3,
                ["trainingSamplePerPrompt"] = 3,
                ["inferenceMaxTokens"] = 8,
                ["evalInterval"] = 2,
                ["earlyStoppingPatience"] = 0,
                ["loraRank"] = 2,
                ["learningRate"] = 0.001,
            },
        };
        change?.Invoke(settings);
        return new NewJob
        {
            Api = JobApi.OpenAi,
            Method = JobMethod.Reinforcement,
            Name = $"job-{Guid.NewGuid():N}"[..20],
            ModelName = "sums",
            Model = "arithmetic",
            Inputs = [new JobInput("training", source)],
            Settings = settings,
            Request = new JsonObject { ["model"] = "arithmetic" },
        };
    }

    public static string Prompts(int count) => string.Concat(Enumerable.Range(1, count).Select(i =>
        $$"""{"id":"p{{i}}","messages":[{"role":"user","content":"Ann has {{i}} figs. She gets {{i + 1}} more. How many figs has she?"}],"reference_answer":"#### {{(2 * i) + 1}}"}""" + "\n"));

    /// <summary>Waits until the job has ended, and returns it with its events.</summary>
    public async Task<(ServerJob Job, IReadOnlyList<JobEvent> Events)> Ended(string job)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        List<JobEvent> events = [];
        await foreach (var one in Jobs.Follow(Owner, job, 0, patience.Token))
        {
            events.Add(one);
        }

        return (await Jobs.Find(Owner, job, default), events);
    }

    /// <summary>Waits for a status.</summary>
    public async Task<ServerJob> Reaches(string job, JobStatus status)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        while (true)
        {
            var found = await Jobs.Find(Owner, job, patience.Token);
            if (found.Status == status)
            {
                return found;
            }

            await Task.Delay(20, patience.Token);
        }
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    static string Root([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(here, "../../../.."));
}
