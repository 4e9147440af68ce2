using System.Text.Json.Nodes;
using Hone.EndToEndTests.Support;

namespace Hone.EndToEndTests;

public class DataCommandTests
{
    [Fact]
    public void A_jobs_data_is_looked_at_under_its_model()
    {
        using var folder = new TemporaryFolder();

        var result = HoneProcess.Run("data", "--job", SmallJob.Write(folder), "--json").Succeeded();

        var json = result.Json;
        Assert.Equal("tokens", json["unit"]!.GetValue<string>());
        Assert.Equal(["training", "validation", "test"], json["sets"]!.AsArray().Select(set => set!["name"]!.GetValue<string>()));
        Assert.Equal([2000, 1000, 1000], json["sets"]!.AsArray().Select(set => set!["records"]!.GetValue<int>()));
        Assert.Equal(2 * json["sets"]![0]!["prompts"]!["p99"]!.GetValue<int>(), json["proposal"]!["maxPromptLength"]!.GetValue<int>());
        Assert.Equal(0, json["leaks"]![0]!["same"]!["count"]!.GetValue<int>());
    }

    [Fact]
    public void Bad_lines_are_all_told_and_the_others_are_looked_at()
    {
        using var folder = new TemporaryFolder();
        string lines = string.Concat(Enumerable.Range(0, 40).Select(i => i % 2 == 0 ? "{\"prompt\":\"" + i + "?\",\"answer\":\"7\"}\n" : "hello\n"));
        string data = folder.Write("data.jsonl", lines), held = folder.Write("held.jsonl", "{\"prompt\":\"4?\"}\n{}\n");

        var result = HoneProcess.Run("data", data, "--validation", held, "--json");

        Assert.Equal(2, result.ExitCode);
        Assert.All(
            [$"{data}, line 2: ", $"{data}, line 40: ", $"{held}, line 2: ", "21 problems. What follows is of the other lines."],
            text => Assert.Contains(text, result.Error));
        var json = result.Json;
        Assert.Equal(21, json["problemCount"]!.GetValue<int>());
        Assert.Equal("characters", json["unit"]!.GetValue<string>());
        Assert.Equal([20, 1], json["sets"]!.AsArray().Select(set => set!["records"]!.GetValue<int>()));
        Assert.Equal(1, json["leaks"]![0]!["same"]!["count"]!.GetValue<int>());
    }

    [Fact]
    public void A_person_reads_a_table_and_what_to_look_into()
    {
        using var folder = new TemporaryFolder();
        string data = folder.Write("data.jsonl", "{\"prompt\":\"What is it?\",\"answer\":\"7\"}\n{\"prompt\":\"What is it?\",\"answer\":\"8\"}\n");

        string output = HoneProcess.Run("data", data, "--model", SmallJob.Model).Succeeded().Output;

        Assert.All(
            ["repeat an earlier one", "P99", "English 2", "Equal in training: line 2 and line 1", "Note  training has 2 records; 100 to 20,000 are advised",
             "different reference answers (line 1)", "Proposed: \"maxPromptLength\": "],
            text => Assert.Contains(text, output));
    }

    [Fact]
    public void A_job_can_take_its_prompts_from_a_log_of_calls()
    {
        using var folder = new TemporaryFolder();
        folder.Write("a.json", string.Concat(Enumerable.Range(0, 120).Select(i =>
            "{\"schemaType\":\"ModelInvocationLog\",\"requestId\":\"r" + i + "\",\"input\":{\"inputBodyJson\":{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"" + i
            + " + 4?\"}]}]}},\"output\":{\"outputBodyJson\":{\"generation\":\"#### " + (i + 4) + "\"}},\"requestMetadata\":{\"odd\":\"" + (i % 2) + "\"}}\n")));
        string job = SmallJob.Write(folder, job => job["trainingData"] = JsonNode.Parse(
            """{"invocationLogsConfig":{"usePromptResponse":true,"requestMetadataFilters":{"equals":{"odd":"1"}},"invocationLogSource":{"path":"a.json"}}}"""));

        var json = HoneProcess.Run("data", "--job", job, "--json").Succeeded().Json;

        Assert.Equal(60, json["sets"]![0]!["records"]!.GetValue<int>());
        Assert.Equal(0, json["sets"]![0]!["missingReferences"]!["count"]!.GetValue<int>());
        Assert.Contains("a.json: 60 calls left out (line 1, line 3, line 5, …): excluded by requestMetadataFilters.", json["notes"]!.AsArray().Select(note => note!.GetValue<string>()));
        HoneProcess.Run("train", job, "--run", folder["run"], "--json").Succeeded();
        HoneProcess.Run("show", folder["run"]).Succeeded();
    }

    [Fact]
    public void Without_a_file_it_says_what_it_needs() => HoneProcess.Run("data").RefusedWith("hone data needs a file, or --job");
}
