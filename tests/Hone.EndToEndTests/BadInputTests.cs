using System.Buffers.Binary;
using System.Diagnostics;
using System.Text.Json.Nodes;
using Hone.EndToEndTests.Support;

namespace Hone.EndToEndTests;

/// <summary>Bad input gets a sentence that names the thing, the value and what to do; exit code 2; nothing is written over.</summary>
public class BadInputTests
{
    const string Good = """{"id":"a","messages":[{"role":"user","content":"1+1"}],"reference_answer":"2"}""";

    public static TheoryData<string, string, string[]> BadData => new()
    {
        { "empty", "", ["the file is empty"] },
        { "not JSON", Good + "\nhello\n", ["line 2", "not JSON"] },
        { "no messages", """{"id":"a","reference_answer":"2"}""", ["line 1", "\"messages\" is missing"] },
        { "empty content", Good.Replace("1+1", "", StringComparison.Ordinal), ["line 1", "messages[0].content is empty"] },
        { "duplicate ids", Good + "\n" + Good, ["line 2", "\"a\"", "line 1"] },
        { "a line of 10 MB", Good.Replace("1+1", new string('1', 10_000_000), StringComparison.Ordinal), ["line 1", "limit"] },
        { "several", "hello\n" + Good + "\n{}\n", ["line 1", "line 3", "\"messages\" is missing"] },
    };

    [Theory]
    [MemberData(nameof(BadData), DisableDiscoveryEnumeration = true)]
    public void Bad_training_data_is_refused_by_line(string what, string text, string[] words)
    {
        using var folder = new TemporaryFolder();
        string data = folder.Write("data.jsonl", text);
        string job = SmallJob.Write(folder, job => job["trainingData"] = data);

        HoneProcess.Run("train", job, "--run", folder["run"]).RefusedWith([data, .. words]);

        Assert.False(Directory.Exists(folder["run"]), what);
    }

    [Fact]
    public void Text_that_is_not_utf_8_is_refused_by_line_and_byte()
    {
        using var folder = new TemporaryFolder();
        byte[] bytes = [.. System.Text.Encoding.UTF8.GetBytes(Good + "\n" + Good.Replace("\"a\"", "\"b\"", StringComparison.Ordinal))];
        bytes[^10] = 0xFF;
        File.WriteAllBytes(folder["data.jsonl"], bytes);

        HoneProcess.Run("eval", SmallJob.Model, folder["data.jsonl"]).RefusedWith("line 2", "0xFF", "UTF-8");
    }

    public static TheoryData<string, string[]> BadModels => new()
    {
        { "missing", ["model folder does not exist"] },
        { "truncated", ["model.safetensors", "truncated"] },
        { "boastful", ["model.safetensors", "header"] },
        { "misshapen", ["mlp.gate_proj.weight", "config.json"] },
        { "unknown", ["FooForCausalLM", "Qwen3ForCausalLM"] },
        { "without tokenizer", ["tokenizer.json"] },
        { "no numbers", ["model.norm.weight", "NaN or infinity"] },
        { "no layers", ["num_hidden_layers is 2147483647", "up to 4096"] },
        { "another's", ["model.layers.3.mlp.up_proj.weight' is missing", "model.layers.7.self_attn.q_proj.weight' is missing"] },
        { "links", ["tokenizer.json", "/etc/passwd", "outside of the model folder"] },
        { "dangling merges", ["tokenizer.json", "nobody", "knows"] },
        { "deep", ["config.json", "no JSON"] },
    };

    [Theory]
    [MemberData(nameof(BadModels))]
    public void A_bad_model_is_refused_by_file_and_defect(string defect, string[] words)
    {
        using var folder = new TemporaryFolder();
        string model = folder["model"];
        if (defect != "missing")
        {
            Spoil(model, defect);
        }

        HoneProcess.Run("chat", model, "1+1").RefusedWith([model, .. words]);
    }

    [Fact]
    public void A_template_without_end_is_refused_with_its_place()
    {
        using var folder = new TemporaryFolder();
        string template = folder.Write("endless.jinja", "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}");

        HoneProcess.Run("chat", SmallJob.Model, "1+1", "--template", template).RefusedWith("chat template", "line 1", "steps");
    }

    [Fact]
    public void An_adapter_of_another_model_is_refused()
    {
        using var folder = new TemporaryFolder();
        string data = SmallJob.Lines(folder, "test.jsonl", 2);
        HoneProcess.Run("model", "random", "--tokenizer", SmallJob.Model, "--hidden", "64", "--out", folder["other"]).Succeeded();
        string chats = folder.Write("chats.jsonl", """{"messages":[{"role":"user","content":"1+1"},{"role":"assistant","content":"2"}]}""");
        HoneProcess.Run("sft", chats, "--model", folder["other"], "--lora-rank", "2", "--out", folder["adapter"]).Succeeded();

        HoneProcess.Run("eval", SmallJob.Model, data, "--adapter", folder["adapter"]).RefusedWith(folder["adapter"], "the base model's maps 128");
    }

    [Fact]
    public void Every_problem_of_a_job_file_is_told_at_once()
    {
        using var folder = new TemporaryFolder();
        string job = SmallJob.Write(folder, job =>
        {
            SmallJob.Settings(job)["learningRte"] = 1;
            SmallJob.Settings(job)["batchSize"] = 0;
            SmallJob.Settings(job)["temperature"] = -1;
            job["grader"] = new JsonObject { ["kind"] = "finalNumber", ["tolerence"] = 1 };
            job["testData"] = "nowhere.jsonl";
        });

        HoneProcess.Run("train", job, "--run", folder["run"])
            .RefusedWith(job, "learningRte", "learningRate", "batchSize is 0", "temperature is -1", "tolerence", "nowhere.jsonl");

        Assert.False(Directory.Exists(folder["run"]));
    }

    [Fact]
    public void A_job_whose_prompts_are_all_too_long_is_refused()
    {
        using var folder = new TemporaryFolder();
        string job = SmallJob.Write(folder, job => SmallJob.Settings(job)["maxPromptLength"] = 3);

        HoneProcess.Run("train", job, "--run", folder["run"]).RefusedWith("no prompt to train on", "longer than 3 tokens");

        Assert.False(Directory.Exists(folder["run"]));
    }

    [Fact]
    public void An_evaluation_without_room_for_answers_is_refused()
    {
        using var folder = new TemporaryFolder();

        HoneProcess.Run("eval", SmallJob.Model, SmallJob.Lines(folder, "test.jsonl", 2), "--max-tokens", "100000").RefusedWith("test.jsonl", "--max-tokens 100000");
    }

    [Theory]
    [InlineData("""{"kind":"finalNumber","unit":"m"}""", "unit")]
    [InlineData("""{"kind":"finalNumbers"}""", "finalNumbers")]
    [InlineData("finalNumber", "not JSON")]
    public void A_bad_grader_file_is_refused(string grader, string word)
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("grader.json", grader);

        HoneProcess.Run("eval", SmallJob.Model, SmallJob.Lines(folder, "test.jsonl", 2), "--grader", file).RefusedWith(file, word);
    }

    [Theory]
    [InlineData("train --stepps 3 job.json", "--stepps", "--steps")]
    [InlineData("quickstart --steps three", "'three'", "whole number")]
    [InlineData("quickstart --steps 0", "maxSteps is 0")]
    [InlineData("eval", "hone eval needs <model>", "hone eval needs <data>")]
    [InlineData("evl", "evl")]
    [InlineData("model random --out x", "--tokenizer")]
    [InlineData("train nowhere.json", "nowhere.json", "no such file")]
    [InlineData("resume nowhere", "nowhere", "hone runs")]
    [InlineData("show nowhere", "nowhere", "hone runs")]
    [InlineData("verify nowhere", "nowhere")]
    [InlineData("chat nowhere hello", "nowhere", "model folder")]
    [InlineData("tokenizer train nowhere.txt --out new", "nowhere.txt")]
    [InlineData("sft nowhere.jsonl --model nowhere --out new --type f16", "f16", "bf16")]
    public void A_command_line_that_cannot_be_run_is_refused(string line, params string[] words)
    {
        using var folder = new TemporaryFolder();
        using var process = HoneProcess.Start(line.Split(' '), folder: folder.Path);

        process.Wait().RefusedWith(words);
    }

    [Theory]
    [InlineData("quickstart", "--run")]
    [InlineData("recipe arithmetic", "--out")]
    public void A_place_that_cannot_be_written_is_refused(string command, string option)
    {
        using var folder = new TemporaryFolder();
        string below = Path.Combine(folder.Write("file", "text"), "new");

        HoneProcess.Run([.. command.Split(' '), option, below]).RefusedWith(below);

        Assert.Equal("text", File.ReadAllText(folder["file"]));
    }

    [Fact]
    public void A_folder_that_is_not_empty_is_not_written_over()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["out"]);
        folder.Write("out/model.safetensors", "mine");

        HoneProcess.Run("model", "random", "--tokenizer", SmallJob.Model, "--out", folder["out"]).RefusedWith(folder["out"], "not empty");

        Assert.Equal("mine", File.ReadAllText(folder["out/model.safetensors"]));
    }

    [FullDiskFact]
    public void A_full_disk_ends_a_run_with_a_sentence_and_it_can_be_resumed()
    {
        using var folder = new TemporaryFolder();
        using var disk = new SmallDisk(folder["disk"], "700k");
        string job = SmallJob.Write(folder);

        var result = HoneProcess.Run("train", job, "--run", Path.Combine(disk.Path, "run"), "--json");
        disk.Resize("20m");
        var resumed = HoneProcess.Run("resume", Path.Combine(disk.Path, "run"), "--json").Succeeded();
        var straight = HoneProcess.Run("train", job, "--run", folder["straight"], "--json").Succeeded();

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("the disk is full", result.Error);
        Assert.DoesNotContain("   at ", result.Error);
        Assert.Equal(
            RunOutcome.Of(folder["straight"], straight.Json), RunOutcome.Of(Path.Combine(disk.Path, "run"), resumed.Json));
    }

    static void Spoil(string model, string defect)
    {
        Directory.CreateDirectory(model);
        foreach (string file in Directory.GetFiles(SmallJob.Model))
        {
            File.Copy(file, Path.Combine(model, Path.GetFileName(file)));
        }

        string weights = Path.Combine(model, "model.safetensors");
        switch (defect)
        {
            case "truncated":
                File.WriteAllBytes(weights, File.ReadAllBytes(weights)[..50_000]);
                break;
            case "boastful":
                byte[] bytes = File.ReadAllBytes(weights);
                BinaryPrimitives.WriteInt64LittleEndian(bytes, 1L << 40);
                File.WriteAllBytes(weights, bytes);
                break;
            case "misshapen":
                Change(model, config => config["intermediate_size"] = 300);
                break;
            case "unknown":
                Change(model, config => config["architectures"] = new JsonArray("FooForCausalLM"));
                break;
            case "no numbers":
                MakeNaN(weights, "model.norm.weight");
                break;
            case "no layers":
                Change(model, config => config["num_hidden_layers"] = int.MaxValue);
                break;
            case "another's":
                Change(model, config => config["num_hidden_layers"] = 8);
                break;
            case "links":
                File.Delete(Path.Combine(model, "tokenizer.json"));
                File.CreateSymbolicLink(Path.Combine(model, "tokenizer.json"), "/etc/passwd");
                break;
            case "dangling merges":
                ChangeFile(model, "tokenizer.json", tokenizer => tokenizer["model"]!["merges"]!.AsArray().Add(new JsonArray("nobody", "knows")));
                break;
            case "deep":
                File.WriteAllText(Path.Combine(model, "config.json"), new string('[', 1_000_000));
                break;
            case "without tokenizer":
                File.Delete(Path.Combine(model, "tokenizer.json"));
                break;
            default:
                throw new UnreachableException(defect);
        }
    }

    // The header is one JSON object of tensors, in which data_offsets count from its end.
    static void MakeNaN(string weights, string tensor)
    {
        byte[] bytes = File.ReadAllBytes(weights);
        int start = sizeof(long) + (int)BinaryPrimitives.ReadInt64LittleEndian(bytes);
        var entry = JsonNode.Parse(bytes.AsSpan(sizeof(long), start - sizeof(long)))![tensor]!;
        int from = start + entry["data_offsets"]![0]!.GetValue<int>(), to = start + entry["data_offsets"]![1]!.GetValue<int>();
        bytes.AsSpan(from, to - from).Fill(0xFF);
        File.WriteAllBytes(weights, bytes);
    }

    static void Change(string model, Action<JsonObject> change) => ChangeFile(model, "config.json", change);

    static void ChangeFile(string model, string name, Action<JsonObject> change)
    {
        string path = Path.Combine(model, name);
        var config = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        change(config);
        File.WriteAllText(path, config.ToJsonString());
    }
}
