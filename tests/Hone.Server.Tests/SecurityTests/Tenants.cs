using System.Text;
using Hone.Server.Accounts;
using Hone.Server.Files;
using Hone.Server.Queue;
using Hone.Server.Queue.Nodes;
using Hone.Server.Registry;
using Hone.Server.Tests.Support;
using Hone.Server.Webhooks;
using Microsoft.Extensions.DependencyInjection;

namespace Hone.Server.Tests.SecurityTests;

/// <summary>A server with two accounts: one that owns things, and one that wants them. What is owned has <see cref="Marker"/> in it.</summary>
sealed class Tenants : IAsyncLifetime
{
    public const string Marker = "private-to-the-owner";
    const string Thief = "000000000099";

    static readonly CancellationToken _stop = CancellationToken.None;

    readonly Dictionary<string, string> _names = [];

    public LogCapture Log { get; } = new();
    public TestServer Server { get; private set; } = null!;

    /// <summary>May do everything in an account that owns nothing.</summary>
    public NewApiKey Stranger { get; private set; } = null!;

    /// <summary>May manage keys, and nothing else.</summary>
    public NewApiKey AdminOnly { get; private set; } = null!;
    public NewApiKey ReadOnly { get; private set; } = null!;
    public NewApiKey WriteOnly { get; private set; } = null!;
    public NewApiKey InferOnly { get; private set; } = null!;
    public NewApiKey Expired { get; private set; } = null!;
    public NewApiKey Revoked { get; private set; } = null!;

    /// <summary>The bearer token of a key that another server made.</summary>
    public static string Foreign => "hone-abcdefghijkl-" + new string('m', 40);

    /// <summary>Ids of what the owner has, of every kind.</summary>
    public IReadOnlyList<string> OwnedIds { get; private set; } = [];

    /// <summary>Every secret that was made.</summary>
    public IEnumerable<string> Secrets =>
        new[] { Server.Key, Stranger, AdminOnly, ReadOnly, WriteOnly, InferOnly, Expired, Revoked }
            .SelectMany(key => new[] { key.Bearer, key.SecretAccessKey });

    public async Task InitializeAsync()
    {
        Server = await TestServer.Start(
            settings => settings with { ModelFolders = [Path.Combine(QueueServer.Repository, "models")] },
            services =>
            {
                // What is owned waits in the queue.
                services.Remove(services.Single(service => service.ImplementationType == typeof(Node)));
                Log.Listen(services);
            });
        var keys = Server.Services.GetRequiredService<IKeys>();
        Stranger = await Server.NewKey(Thief, KeyScopes.All);
        AdminOnly = await Server.NewKey(Thief, KeyScopes.Admin);
        ReadOnly = await Server.NewKey(Thief, KeyScopes.Read);
        WriteOnly = await Server.NewKey(Thief, KeyScopes.Write);
        InferOnly = await Server.NewKey(Thief, KeyScopes.Infer);
        Expired = await keys.Create(Thief, "brief", KeyScopes.All, DateTimeOffset.UtcNow.AddMilliseconds(50), _stop);
        Revoked = await Server.NewKey(Thief, KeyScopes.All);
        await keys.Revoke(Thief, Revoked.Key.Id, _stop);
        Name();
        await Own(Server.Services);
        await Task.Delay(100);
    }

    public Task DisposeAsync() => Server.DisposeAsync().AsTask();

    /// <summary>The text with keys and ids in place of names in braces.</summary>
    public string Fill(string text)
    {
        foreach (var (name, value) in _names)
        {
            text = text.Replace($"{{{name}}}", value, StringComparison.Ordinal);
        }

        return text;
    }

    // A key, a file, a job, a tuned model, a deployment and a webhook.
    async Task Own(IServiceProvider services)
    {
        var owner = new Caller(Caller.FirstAccount, Server.Key.Key.Id, KeyScopes.All);
        var key = await services.GetRequiredService<IKeys>().Create(owner.Account, Marker, KeyScopes.All, null, _stop);
        var file = await services.GetRequiredService<IFiles>().Add(
            owner, $"{Marker}.jsonl", "fine-tune", new MemoryStream(Encoding.UTF8.GetBytes(Marker)), null, _stop);
        var prompts = await services.GetRequiredService<IFiles>().Add(
            owner, $"{Marker}.jsonl", "fine-tune", new MemoryStream(Encoding.UTF8.GetBytes(QueueServer.Prompts(16))), null, _stop);
        var job = await services.GetRequiredService<IJobs>().Create(owner, QueueServer.Job(prompts.Id) with { Name = Marker }, _stop);
        var model = await services.GetRequiredService<IModels>().Register(
            new ServedModel
            {
                Id = $"ft:arithmetic:{owner.Account}:sums:abcdefghijkl",
                Account = owner.Account,
                Kind = ModelKind.Tuned,
                Name = "sums",
                Base = "arithmetic",
                Folder = "",
                Adapter = "/nowhere/abcdefghijkl",
                Created = DateTimeOffset.UtcNow,
            },
            _stop);
        var deployment = await services.GetRequiredService<IDeployments>().Create(owner, "theirs", model.Id, Marker, null, _stop);
        var hook = await services.GetRequiredService<WebhookTable>().Add(owner, $"https://example.com/{Marker}", ["fine_tuning.job.succeeded"], _stop);

        (await Server.Client.PutAsync("/s3/owned-bucket", null)).EnsureSuccessStatusCode();
        (await Server.Client.PutAsync("/s3/owned-bucket/x", new StringContent(Marker))).EnsureSuccessStatusCode();

        string arn = $"arn:aws:bedrock:us-east-1:{owner.Account}:";
        _names["owned-key"] = key.Key.Id;
        _names["owned-file"] = file.Id;
        _names["owned-job"] = job.Id;
        _names["owned-model"] = model.Id;
        _names["owned-model-escaped"] = Uri.EscapeDataString(model.Id);
        _names["owned-model-arn"] = $"{arn}custom-model/arithmetic/abcdefghijkl";
        _names["owned-job-arn"] = $"{arn}model-customization-job/arithmetic/{job.Id}";
        _names["owned-deployment-arn"] = $"{arn}custom-model-deployment/{deployment.Id}";
        _names["owned-deployment-escaped"] = Uri.EscapeDataString(_names["owned-deployment-arn"]);
        OwnedIds =
        [
            key.Key.Id, file.Id, job.Id, $"ftjob-{job.Id}", model.Id, _names["owned-model-arn"], _names["owned-job-arn"], deployment.Id, "theirs",
            _names["owned-deployment-arn"], hook.Id,
        ];
    }

    void Name()
    {
        _names["stranger"] = Stranger.Bearer;
        _names["stranger-id"] = Stranger.Key.Id;
        _names["stranger-short"] = Stranger.Bearer[..^1];
        _names["stranger-upper"] = Stranger.Bearer.ToUpperInvariant();
        _names["tampered"] = Stranger.Bearer[..^1] + (Stranger.Bearer[^1] == 'a' ? 'b' : 'a');
        _names["other-id"] = Stranger.Bearer.Replace(Stranger.Key.Id, ReadOnly.Key.Id, StringComparison.Ordinal);
        _names["secret"] = Stranger.SecretAccessKey;
        _names["access"] = Stranger.AccessKeyId;
        _names["admin"] = AdminOnly.Bearer;
        _names["read"] = ReadOnly.Bearer;
        _names["write"] = WriteOnly.Bearer;
        _names["infer"] = InferOnly.Bearer;
        _names["expired"] = Expired.Bearer;
        _names["revoked"] = Revoked.Bearer;
        _names["foreign"] = Foreign;
    }
}
