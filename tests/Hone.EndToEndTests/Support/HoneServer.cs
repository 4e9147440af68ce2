using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Hone.EndToEndTests.Support;

/// <summary>hone serve as a process of its own, with the engine's process below it. Disposing ends both.</summary>
sealed class HoneServer : IDisposable
{
    static readonly TimeSpan _patience = TimeSpan.FromMinutes(2);

    readonly HoneProcess _process;

    HoneServer(HoneProcess process, JsonObject started)
    {
        _process = process;
        Client = new HttpClient { BaseAddress = new Uri(started["address"]!.GetValue<string>()), Timeout = _patience };
        Key = started["key"]?["bearer"]?.GetValue<string>();
    }

    public HttpClient Client { get; }

    /// <summary>The first key, where the server asks for one and has just made it.</summary>
    public string? Key { get; }

    /// <summary>Without keys, for this machine only.</summary>
    public static HoneServer Start(string data, params string[] options) => Started(data, ["--insecure-local", .. options]);

    /// <summary>As a person starts it: who has no key is refused.</summary>
    public static HoneServer StartWithKeys(string data, params string[] options)
    {
        var server = Started(data, options);
        server.Client.DefaultRequestHeaders.Authorization = new("Bearer", server.Key);
        return server;
    }

    static HoneServer Started(string data, string[] options)
    {
        var process = HoneProcess.Start(["serve", "--data-folder", data, "--url", "http://127.0.0.1:0", "--json", .. options]);
        for (int lines = 1; !process.HasExited && !process.OutputSoFar().Contains('}', StringComparison.Ordinal); lines = process.Lines + 1)
        {
            process.WaitForLines(lines);
        }

        string output = process.OutputSoFar();
        try
        {
            return new HoneServer(process, JsonNode.Parse(output)!.AsObject());
        }
        catch (Exception e) when (e is System.Text.Json.JsonException or NullReferenceException)
        {
            string said = output + process.Wait().Error;
            process.Dispose();
            throw new InvalidOperationException($"The server does not start: {said}");
        }
    }

    /// <summary>Uploads prompts and makes a job of them, over OpenAI's routes.</summary>
    public async Task<string> CreateJob(string prompts, JsonObject job)
    {
        job["training_file"] = await Upload(prompts);
        return (await Post("/v1/fine_tuning/jobs", job))["id"]!.GetValue<string>();
    }

    /// <returns>The file's id.</returns>
    public async Task<string> Upload(string content)
    {
        using var form = new MultipartFormDataContent
        {
            { new StringContent("fine-tune"), "purpose" },
            { new StringContent(content), "file", "prompts.jsonl" },
        };
        return (await Read(await Client.PostAsync("/v1/files", form)))["id"]!.GetValue<string>();
    }

    public async Task<JsonObject> Post(string path, JsonObject body) => await Read(await Client.PostAsJsonAsync(path, body));

    public async Task<JsonObject> Get(string path) => await Read(await Client.GetAsync(path));

    public Task<JsonObject> Job(string id) => Get("/v1/fine_tuning/jobs/" + id);

    public async Task<IReadOnlyList<JsonObject>> Events(string id) =>
        [.. (await Get($"/v1/fine_tuning/jobs/{id}/events?limit=100"))["data"]!.AsArray().Select(one => one!.AsObject())];

    /// <summary>Number of the server's process.</summary>
    public int Id => _process.Id;

    /// <summary>Number of the engine's process; null while there is none.</summary>
    public int? Engine() => Directory.GetDirectories("/proc")
        .Select(Path.GetFileName)
        .Where(name => name!.All(char.IsAsciiDigit))
        .Select(name => int.Parse(name!, CultureInfo.InvariantCulture))
        .Cast<int?>()
        .FirstOrDefault(process => IsEngineOf(process!.Value, _process.Id));

    /// <summary>kill -9 of the engine, if there is one.</summary>
    public void KillEngine()
    {
        if (Engine() is { } process)
        {
            try
            {
                using var victim = Process.GetProcessById(process);
                victim.Kill();
            }
            catch (ArgumentException)
            {
                // It has just ended by itself.
            }
        }
    }

    /// <summary>kill -9 of the server.</summary>
    public void Kill() => _process.Kill();

    public void Dispose()
    {
        Client.Dispose();
        _process.Dispose();
    }

    static async Task<JsonObject> Read(HttpResponseMessage answer)
    {
        string body = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{answer.RequestMessage!.RequestUri} answers {(int)answer.StatusCode}: {body}");
        return JsonNode.Parse(body)!.AsObject();
    }

    static bool IsEngineOf(int process, int server)
    {
        try
        {
            string stat = File.ReadAllText($"/proc/{process}/stat"), command = File.ReadAllText($"/proc/{process}/cmdline");
            return stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1] == server.ToString(CultureInfo.InvariantCulture)
                && command.Split('\0').Contains("engine");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
