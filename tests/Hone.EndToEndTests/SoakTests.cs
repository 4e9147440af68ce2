using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Hone.EndToEndTests.Support;
using Xunit.Abstractions;

namespace Hone.EndToEndTests;

/// <summary>
/// Chat streams, uploads, jobs that train, lists, for as long as HONE_SOAK_MINUTES says. Everything is paced and computes with one thread, so
/// that the machine can do something else beside.
/// </summary>
public sealed class SoakTests(ITestOutputHelper log)
{
    const int Chatters = 4, Questions = 40;
    const double MostGrowth = 0.10;

    readonly ConcurrentQueue<string> _failures = new();
    readonly ConcurrentDictionary<string, int> _done = new();

    [SoakFact]
    public async Task Memory_of_server_and_engine_stays_flat_under_mixed_load()
    {
        using var folder = new TemporaryFolder();
        using var server = HoneServer.Start(folder["data"]);
        using var end = new CancellationTokenSource(SoakFactAttribute.Length!.Value);
        Task[] load =
        [
            .. Enumerable.Range(0, Chatters).Select(i => Loop("chat", TimeSpan.FromMilliseconds(300), turn => Chat(server, (turn * Chatters) + i), end.Token)),
            Loop("upload", TimeSpan.FromSeconds(2), turn => Upload(server, turn), end.Token),
            Loop("job", TimeSpan.FromSeconds(5), turn => Train(server, turn, end.Token), end.Token),
            Loop("list", TimeSpan.FromSeconds(1), _ => List(server), end.Token),
        ];

        var samples = await Watch(server, end.Token);
        await Task.WhenAll(load);

        log.WriteLine(string.Join(", ", _done.Select(kind => $"{kind.Value} × {kind.Key}")));
        Assert.Empty(_failures);
        Assert.All(new[] { "chat", "upload", "job", "list" }, kind => Assert.True(_done.GetValueOrDefault(kind) > 0, $"no {kind} was done"));
        Assert.Empty(Growth("server", [.. samples.Select(sample => (sample.Seconds, sample.Server))])
            .Concat(Growth("engine", [.. samples.Where(sample => sample.Engine > 0).Select(sample => (sample.Seconds, sample.Engine))])));
    }

    // Of thirty minutes, the median of minutes 5 to 10 against that of the last five.
    List<string> Growth(string name, IReadOnlyList<(double Seconds, long Bytes)> samples)
    {
        double length = SoakFactAttribute.Length!.Value.TotalSeconds;
        foreach (var minute in samples.GroupBy(sample => (int)(sample.Seconds / Math.Min(60, length / 6))))
        {
            log.WriteLine($"{name} {minute.First().Seconds,6:F0} s: {Median(minute) / 1e6:F1} MB");
        }

        double early = Median(samples.Where(sample => sample.Seconds >= length / 6 && sample.Seconds < length / 3));
        double late = Median(samples.Where(sample => sample.Seconds >= length * 5 / 6));
        log.WriteLine($"{name}: {early / 1e6:F1} MB, at the end {late / 1e6:F1} MB ({(late / early) - 1:+0.0%;-0.0%})");
        return late <= early * (1 + MostGrowth) ? [] : [$"the {name}'s memory grew from {early / 1e6:F1} MB to {late / 1e6:F1} MB"];
    }

    static double Median(IEnumerable<(double Seconds, long Bytes)> samples)
    {
        long[] sorted = [.. samples.Select(sample => sample.Bytes).Order()];
        return sorted[sorted.Length / 2];
    }

    async Task Loop(string kind, TimeSpan pause, Func<int, Task> turn, CancellationToken end)
    {
        for (int i = 0; !end.IsCancellationRequested; i++)
        {
            try
            {
                await turn(i);
                _done.AddOrUpdate(kind, 1, (_, count) => count + 1);
            }
            catch (OperationCanceledException) when (end.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                _failures.Enqueue($"{kind} {i}: {e.Message}");
            }

            await Task.WhenAny(Task.Delay(pause, end));
        }
    }

    // The questions come again and again: what the engine keeps of prompts has a limit, but takes long to get there.
    static async Task Chat(HoneServer server, int turn)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions")
        {
            Content = JsonContent.Create(new
            {
                model = "arithmetic",
                stream = true,
                seed = turn % Questions,
                max_tokens = 32,
                messages = new[] { new { role = "user", content = $"{turn % Questions} + {turn % 7} = ?" } },
            }),
        };
        using var answer = await server.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        string text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode && text.Contains("data: [DONE]", StringComparison.Ordinal), text);
    }

    static async Task Upload(HoneServer server, int turn)
    {
        using var form = new MultipartFormDataContent
        {
            { new StringContent("user_data"), "purpose" },
            { new StringContent(new string((char)('a' + (turn % 26)), 1 << 20)), "file", "notes.txt" },
        };
        var made = JsonNode.Parse(await Read(await server.Client.PostAsync("/v1/files", form)))!;
        Assert.Equal(1 << 20, (await server.Client.GetByteArrayAsync($"/v1/files/{made["id"]}/content")).Length);
        await Read(await server.Client.DeleteAsync($"/v1/files/{made["id"]}"));
    }

    static async Task Train(HoneServer server, int turn, CancellationToken end)
    {
        string prompts = string.Concat(File.ReadLines(Path.Combine(SmallJob.Recipe, "train.jsonl")).Take(16).Select(line => line + "\n"));
        var job = JsonNode.Parse("""
            {"model": "arithmetic", "method": {"type": "reinforcement", "reinforcement": {
              "grader": {"type": "string_check", "name": "ends", "operation": "ilike", "input": "{{sample.output_text}}", "reference": "1"},
              "hyperparameters": {"n_epochs": 1, "batch_size": 8, "compute_multiplier": 0.25}}}}
            """)!.AsObject();
        job["seed"] = turn;
        string id = await server.CreateJob(prompts, job);
        JsonObject now;
        do
        {
            await Task.Delay(TimeSpan.FromMilliseconds(500), end);
            now = await server.Job(id);
        }
        while ((string)now["status"]! is "queued" or "running" or "validating_files");

        Assert.Equal("succeeded", (string)now["status"]!);
        await Read(await server.Client.PostAsJsonAsync(
            "/v1/completions", new { model = (string)now["fine_tuned_model"]!, prompt = "1 + 1 =", max_tokens = 4 }, end));
    }

    static async Task List(HoneServer server)
    {
        foreach (string path in new[] { "/v1/files", "/v1/fine_tuning/jobs", "/v1/models", "/hone/v1/jobs", "/custom-models", "/readyz" })
        {
            await Read(await server.Client.GetAsync(path));
        }
    }

    static async Task<string> Read(HttpResponseMessage answer)
    {
        string body = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{answer.RequestMessage!.RequestUri} answers {(int)answer.StatusCode}: {body}");
        return body;
    }

    static async Task<IReadOnlyList<(double Seconds, long Server, long Engine)>> Watch(HoneServer server, CancellationToken end)
    {
        List<(double, long, long)> samples = [];
        for (var watch = Stopwatch.StartNew(); !end.IsCancellationRequested; await Task.WhenAny(Task.Delay(TimeSpan.FromSeconds(1), end)))
        {
            samples.Add((watch.Elapsed.TotalSeconds, Resident(server.Id), server.Engine() is { } engine ? Resident(engine) : 0));
        }

        return samples;
    }

    static long Resident(int process)
    {
        string? line = File.ReadLines($"/proc/{process}/status").FirstOrDefault(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        return line is null ? 0 : 1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }

    [AttributeUsage(AttributeTargets.Method)]
    sealed class SoakFactAttribute : FactAttribute
    {
        public SoakFactAttribute() => Skip = Length is null || !OperatingSystem.IsLinux() ? "takes long; say how many minutes in HONE_SOAK_MINUTES, such as 30" : null;

        public static TimeSpan? Length { get; } =
            double.TryParse(Environment.GetEnvironmentVariable("HONE_SOAK_MINUTES"), CultureInfo.InvariantCulture, out double minutes) && minutes > 0
                ? TimeSpan.FromMinutes(minutes)
                : null;
    }
}
