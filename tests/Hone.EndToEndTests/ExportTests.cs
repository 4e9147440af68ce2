using Hone.EndToEndTests.Support;

namespace Hone.EndToEndTests;

/// <summary>A trained run written for other programs, and adapters that come back.</summary>
public sealed class ExportTests : IDisposable
{
    static readonly Lazy<TemporaryFolder> _trained = new(Train);

    readonly TemporaryFolder _folder = new();

    static string Run => _trained.Value["runs/arithmetic"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("adapter", "f32", 0)]
    [InlineData("safetensors", "f32", 1e-4)]
    [InlineData("safetensors", "bf16", 0.5)]
    [InlineData("gguf", "f32", 1e-4)]
    [InlineData("gguf", "q8_0", 0.5)]
    public void An_export_says_by_how_much_it_differs(string format, string type, double most)
    {
        var report = HoneProcess.Run("export", Run, "--format", format, "--type", type, "--out", _folder["out"], "--limit", "12", "--json").Succeeded().Json;

        Assert.InRange(report["largestDifference"]!.GetValue<double>(), 0, most);
        Assert.Equal(("test", 12), (report["set"]!.GetValue<string>(), report["n"]!.GetValue<int>()));
        Assert.InRange(report["tokens"]!.GetValue<int>(), 200, 2000);
        if (most == 0)
        {
            Assert.Equal(report["scoreBefore"]!.GetValue<double>(), report["scoreExported"]!.GetValue<double>());
        }
    }

    [Fact]
    public void A_merged_folder_is_a_model()
    {
        HoneProcess.Run("export", Run, "--format", "safetensors", "--type", "f32", "--max-shard-size", "1MB", "--out", _folder["out"]).Succeeded();
        string data = SmallJob.Lines(_folder, "test.jsonl", 8);

        var tuned = HoneProcess.Run("eval", Run, data, "--temperature", "0", "--max-tokens", "24", "--json").Succeeded().Json;
        var merged = HoneProcess.Run("eval", _folder["out"], data, "--temperature", "0", "--max-tokens", "24", "--json").Succeeded().Json;

        Assert.Equal(tuned["length"]!.ToJsonString(), merged["length"]!.ToJsonString());
    }

    [Fact]
    public void Training_goes_on_from_an_adapter()
    {
        string start = Path.Combine(Run, "best");
        string job = SmallJob.Write(_folder, job =>
        {
            job["startAdapter"] = start;
            SmallJob.Settings(job)["maxSteps"] = 1;
            SmallJob.Settings(job)["learningRate"] = 1e-30;
        });

        HoneProcess.Run("train", job, "--run", _folder["run"]).Succeeded();

        string weights = "adapter_model.safetensors";
        Assert.Equal(File.ReadAllBytes(Path.Combine(start, weights)), File.ReadAllBytes(Path.Combine(_folder["run"], "best", weights)));
    }

    [Fact]
    public void A_random_model_has_the_shape_of_another_and_the_same_bytes_for_the_same_seed()
    {
        string like = Path.Combine(SmallJob.Model, "config.json");
        foreach (string name in new[] { "one", "two" })
        {
            HoneProcess.Run("model", "random", "--like", like, "--tokenizer", SmallJob.Model, "--seed", "9", "--type", "bf16", "--out", _folder[name]).Succeeded();
        }

        Assert.Equal(File.ReadAllBytes(Path.Combine(_folder["one"], "model.safetensors")), File.ReadAllBytes(Path.Combine(_folder["two"], "model.safetensors")));
        Assert.Equal(new FileInfo(Path.Combine(SmallJob.Model, "model.safetensors")).Length, new FileInfo(Path.Combine(_folder["one"], "model.safetensors")).Length);
        HoneProcess.Run("chat", _folder["one"], "Hello", "--max-tokens", "4").Succeeded();
    }

    [Fact]
    public void What_cannot_be_exported_is_refused()
    {
        _folder.Write("there.gguf", "");
        HoneProcess.Run("export", Run, "--format", "safetensors", "--type", "q8_0", "--max-shard-size", "5 apples", "--out", _folder["out"])
            .RefusedWith("--type is q8_0, but --format safetensors takes f32, bf16.", "--max-shard-size is 5 apples");
        HoneProcess.Run("export", Run, "--format", "gguf", "--out", _folder["there.gguf"]).RefusedWith("which exists; name a new file");
        HoneProcess.Run("export", SmallJob.Model, "--format", "adapter", "--out", _folder["out"]).RefusedWith("--format adapter needs an adapter");
        Assert.False(Directory.Exists(_folder["out"]));
    }

    static TemporaryFolder Train()
    {
        var folder = new TemporaryFolder();
        HoneProcess.Run("train", SmallJob.Write(folder, job => SmallJob.Settings(job)["learningRate"] = 1e-3), "--run", folder["runs/arithmetic"]).Succeeded();
        return folder;
    }
}
