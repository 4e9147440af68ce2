using System.Net;
using Hone.EndToEndTests.Support;
using Hone.Server.Accounts;
using Hone.Server.Files;
using Hone.Server.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Hone.Server.Tests.Store;

/// <summary>What the server runs on goes away, and comes back: 503 with a sentence meanwhile, nothing lost, nobody restarts it.</summary>
public sealed class OutageTests
{
    const string Route = "/hone/v1/keys";

    [PostgresFact]
    public async Task A_PostgreSQL_that_is_killed_and_started_again_is_used_again()
    {
        using var postgres = new PostgresServer();
        string connection = postgres.NewDatabase();
        await using var server = await TestServer.Start(settings => settings with { Postgres = connection });
        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => server.Client.GetAsync(Route)));

        postgres.Kill();

        await Away(server, Route, "database cannot be reached");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await server.Client.GetAsync("/readyz")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await server.Client.GetAsync("/healthz")).StatusCode);

        postgres.Restart();

        // Ten connections of the pool are broken; whoever gets one must not notice.
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => server.Client.GetAsync(Route)));
        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
        Assert.Equal(HttpStatusCode.OK, (await server.Client.GetAsync("/readyz")).StatusCode);
    }

    [SmallDiskFact]
    public async Task A_full_disk_is_told_and_room_on_it_is_used_again()
    {
        using var folder = new TemporaryFolder();
        using var disk = new SmallDisk(folder["data"], "4m");
        await using var server = await TestServer.Start(folder: disk.Path);
        var owner = new Caller(Caller.FirstAccount, "test", KeyScopes.All);
        var files = server.Services.GetRequiredService<IFiles>();
        var kept = await files.Add(owner, "kept", "fine-tune", new MemoryStream(new byte[1000]), null, CancellationToken.None);
        string filler = Path.Combine(disk.Path, "filler");
        Fill(filler);

        await Away(server, Route, "full", HttpMethod.Post);
        var upload = await Record.ExceptionAsync(() => files.Add(owner, "big", "fine-tune", new MemoryStream(new byte[200_000]), null, CancellationToken.None));
        Assert.Equal(ProblemKind.Unavailable, Failure.Describe(upload!)!.Kind);
        await Full(server.Client.PostAsync("/v1/files", new MultipartFormDataContent
        {
            { new StringContent("fine-tune"), "purpose" }, { new ByteArrayContent(new byte[200_000]), "file", "big.jsonl" },
        }));
        Directory.CreateDirectory(Path.Combine(disk.Path, "buckets", "small"));
        await Full(server.Client.PutAsync("/s3/small/big", new ByteArrayContent(new byte[200_000])));
        Assert.Empty(Directory.GetFiles(Path.Combine(disk.Path, "buckets", "small")));
        Assert.Equal(HttpStatusCode.OK, (await server.Client.GetAsync(Route)).StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await server.Client.GetAsync("/readyz")).StatusCode);
        Assert.Single(Directory.GetFiles(Path.Combine(disk.Path, "files"), "*", SearchOption.AllDirectories));

        File.Delete(filler);

        Assert.Equal(HttpStatusCode.Created, (await Make(server)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await server.Client.GetAsync("/readyz")).StatusCode);
        Assert.Equal(kept, await files.Find(owner, kept.Id, CancellationToken.None));
    }

    static async Task Full(Task<HttpResponseMessage> request)
    {
        var answer = await request;
        string body = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == HttpStatusCode.ServiceUnavailable, $"{answer.StatusCode} {body}");
        Assert.Contains("disk", body);
        Assert.NotNull(answer.Headers.RetryAfter);
    }

    static async Task Away(TestServer server, string route, string word, HttpMethod? method = null)
    {
        var answer = method == HttpMethod.Post ? await Make(server) : await server.Client.GetAsync(route);
        string body = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == HttpStatusCode.ServiceUnavailable, $"{answer.StatusCode} {body}");
        Assert.Contains(word, body);
        Assert.NotNull(answer.Headers.RetryAfter);
    }

    // Names of 100 characters fill the room that the write-ahead log still has.
    static async Task<HttpResponseMessage> Make(TestServer server)
    {
        HttpResponseMessage answer;
        int tries = 0;
        do
        {
            answer = await server.Client.PostAsync(
                Route, new StringContent($$"""{"name":"{{new string('x', 100)}}"}""", System.Text.Encoding.UTF8, "application/json"));
        }
        while (answer.IsSuccessStatusCode && tries++ < 200 && Path.Exists(Path.Combine(server.Folder, "filler")));

        return answer;
    }

    static void Fill(string path)
    {
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        try
        {
            while (true)
            {
                file.Write(new byte[4096]);
            }
        }
        catch (IOException)
        {
            // Full, as it should be.
        }
    }
}

[AttributeUsage(AttributeTargets.Method)]
sealed class PostgresFactAttribute : FactAttribute
{
    public PostgresFactAttribute() => Skip = PostgresServer.Missing;
}

[AttributeUsage(AttributeTargets.Method)]
sealed class SmallDiskFactAttribute : FactAttribute
{
    public SmallDiskFactAttribute() => Skip = SmallDisk.IsPossible ? null : "needs the right to mount a small disk in memory";
}
