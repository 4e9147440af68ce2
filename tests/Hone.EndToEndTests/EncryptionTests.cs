using System.Diagnostics;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Hone.EndToEndTests.Support;
using Hone.Models.Encryption;

namespace Hone.EndToEndTests;

/// <summary>A service with a key: nothing that can be read lies in its data folder, and nothing of what it does is another.</summary>
public class EncryptionTests
{
    // Words of the prompts and of the answers that are expected, as they would stand in data, rollouts, events and reports.
    const string Asked = "Zebulon", Expected = "quagmire-77";

    static readonly TimeSpan _patience = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task A_job_under_a_key_leaves_nothing_to_read_and_ends_as_without_one_also_when_it_is_killed()
    {
        using var folder = new TemporaryFolder();
        string expected = await Plain(folder["plain"]), data = folder["data"], key = Key(folder, "key");
        SealedFile.Protect(data, EncryptionKey.Find(key));

        var server = HoneServer.Start(data, "--encryption-key-file", key);
        string id = await server.CreateJob(Prompts(), Job());
        await Step(server, id);
        server.KillEngine();
        server.Kill();
        server.Dispose();
        Assert.Empty(Readable(data));
        using var again = HoneServer.Start(data, "--encryption-key-file", key);
        await End(again, id);

        Assert.Empty(Readable(data));
        Assert.Equal(expected, Adapter(data, id));
        string run = $"/hone/v1/jobs/{id["ftjob-".Length..]}";
        var found = JsonNode.Parse(await again.Client.GetStringAsync($"{run}/rollouts?search={Asked}&limit=1"))!;
        Assert.InRange(found["total"]!.GetValue<int>(), 1, 10_000);
        Assert.Contains(Expected, await again.Client.GetStringAsync($"{run}/prompts?search={Asked}"));
        string checkpoint = JsonNode.Parse(await again.Client.GetStringAsync($"/v1/fine_tuning/jobs/{id}/checkpoints"))!["data"]![0]!["fine_tuned_model_checkpoint"]!.GetValue<string>();
        await Ask(again, (await again.Job(id))["fine_tuned_model"]!.GetValue<string>());
        await Ask(again, checkpoint);
        await Upload(again, Asked);
        Assert.Empty(Readable(data));
    }

    [Fact]
    public void A_data_folder_under_a_key_is_refused_without_it_and_with_another()
    {
        using var folder = new TemporaryFolder();
        string data = folder["data"], key = Key(folder, "key"), other = Key(folder, "other");
        HoneServer.Start(data, "--encryption-key-file", key).Dispose();

        HoneProcess.Run("serve", "--data-folder", data, "--url", "http://127.0.0.1:0").RefusedWith(data, "--encryption-key-file");
        HoneProcess.Run("serve", "--data-folder", data, "--url", "http://127.0.0.1:0", "--encryption-key-file", other).RefusedWith("another key");
        HoneServer.Start(data, "--encryption-key-file", key).Dispose();
    }

    static async Task<string> Plain(string data)
    {
        using var server = HoneServer.Start(data);
        string id = await server.CreateJob(Prompts(), Job());
        await End(server, id);
        Assert.Contains(Path.Combine(data, "runs", id["ftjob-".Length..], "run.db"), Readable(data));
        return Adapter(data, id);
    }

    static string Adapter(string data, string id) => RunOutcome.Hash(Path.Combine(data, "models", id["ftjob-".Length..], "adapter_model.safetensors"));

    /// <summary>Files that show a word of the user's or the header of weights.</summary>
    static IEnumerable<string> Readable(string data) => Directory.EnumerateFiles(data, "*", SearchOption.AllDirectories)
        .Where(path => !path.EndsWith(".lock", StringComparison.Ordinal) && File.ReadAllBytes(path) is var bytes && new[] { Asked, Expected, "\"dtype\":\"", "lora_A" }.Any(word => Holds(bytes, word)));

    static bool Holds(byte[] bytes, string word) =>
        bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(word)) >= 0 || bytes.AsSpan().IndexOf(Encoding.Unicode.GetBytes(word)) >= 0;

    static async Task Step(HoneServer server, string id)
    {
        for (var watch = Stopwatch.StartNew(); watch.Elapsed < _patience; await Task.Delay(20))
        {
            if ((await server.Events(id)).Any(one => one["type"]!.GetValue<string>() == "metrics"))
            {
                return;
            }
        }
    }

    static async Task End(HoneServer server, string id)
    {
        string? status = null;
        for (var watch = Stopwatch.StartNew(); status is not ("succeeded" or "failed" or "cancelled") && watch.Elapsed < _patience; await Task.Delay(50))
        {
            status = (string?)(await server.Job(id))["status"];
        }

        string told = string.Join('\n', (await server.Events(id)).Reverse().Select(one => one["message"]!.GetValue<string>()));
        Assert.True(status == "succeeded", told);
    }

    static async Task Ask(HoneServer server, string model)
    {
        var answer = await server.Client.PostAsJsonAsync(
            "/v1/chat/completions", new { model, max_tokens = 4, messages = new[] { new { role = "user", content = Asked } } });
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    // The purpose behind the file: the upload has to be kept until it is known.
    static async Task Upload(HoneServer server, string content)
    {
        using var form = new MultipartFormDataContent
        {
            { new StringContent(content), "file", "notes.txt" },
            { new StringContent("user_data"), "purpose" },
        };
        var made = await server.Client.PostAsync("/v1/files", form);
        Assert.True(made.IsSuccessStatusCode, await made.Content.ReadAsStringAsync());
        string id = (string)JsonNode.Parse(await made.Content.ReadAsStringAsync())!["id"]!;
        Assert.Equal(content, await server.Client.GetStringAsync($"/v1/files/{id}/content"));
    }

    static string Key(TemporaryFolder folder, string name) => folder.Write(name, Convert.ToBase64String(RandomNumberGenerator.GetBytes(EncryptionKey.Bytes)));

    static string Prompts() => string.Concat(Enumerable.Range(1, 24).Select(i => new JsonObject
    {
        ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = $"{Asked} buys {i} balls. How many is that?" }),
        ["reference_answer"] = $"{Expected} {i}",
    }.ToJsonString() + "\n"));

    static JsonObject Job() => JsonNode.Parse("""
        {
          "model": "arithmetic", "seed": 7, "suffix": "sums",
          "method": {
            "type": "reinforcement",
            "reinforcement": {
              "grader": {"type": "text_similarity", "name": "near", "evaluation_metric": "fuzzy_match", "input": "{{sample.output_text}}", "reference": "{{item.reference_answer}}"},
              "hyperparameters": {"n_epochs": 3, "batch_size": 8, "eval_interval": 2, "compute_multiplier": 0.5}
            }
          }
        }
        """)!.AsObject();
}
