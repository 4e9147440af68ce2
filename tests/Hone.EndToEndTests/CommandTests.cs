using System.Text.Json.Nodes;
using Hone.EndToEndTests.Support;

namespace Hone.EndToEndTests;

/// <summary>The commands around a run: what went in can be found, asked and evaluated.</summary>
public class CommandTests
{
    const int Steps = 3, GroupSize = 4;

    static readonly Lazy<TemporaryFolder> _trained = new(Train);

    static string Run => _trained.Value["runs/arithmetic"];

    [Fact]
    public void Show_prints_the_metrics_of_every_step()
    {
        var steps = HoneProcess.Run("show", Run, "--json").Succeeded().Json["steps"]!.AsArray();

        Assert.Equal(Enumerable.Range(0, Steps), steps.Select(step => step!["step"]!.GetValue<int>()));
        Assert.All(steps, step => Assert.Equal(0, step!["samplerTrainerDifference"]!.GetValue<double>()));
    }

    [Fact]
    public void Show_finds_a_validation_prompt_at_every_evaluation()
    {
        string id = FirstId("validation.jsonl");

        var rollouts = HoneProcess.Run("show", Run, "--prompt", id, "--json").Succeeded().Json["rollouts"]!.AsArray();

        Assert.Equal([0, 2, 3], rollouts.Select(rollout => rollout!["step"]!.GetValue<int>()));
        Assert.All(rollouts, rollout => Assert.Equal("validation", rollout!["phase"]!.GetValue<string>()));
        Assert.All(rollouts, rollout => Assert.NotNull(rollout!["score"]));
    }

    [Fact]
    public void Show_finds_a_training_prompt_at_the_step_that_drew_it_with_grades_and_advantages()
    {
        var ofStep = HoneProcess.Run("show", Run, "--step", "1", "--json").Succeeded().Json["rollouts"]!.AsArray();
        string id = ofStep[0]!["prompt"]!.GetValue<string>();

        var shown = HoneProcess.Run("show", Run, "--prompt", id).Succeeded();
        var rollouts = HoneProcess.Run("show", Run, "--prompt", id, "--json").Succeeded().Json["rollouts"]!.AsArray();

        Assert.Equal(GroupSize, rollouts.Count);
        Assert.All(rollouts, rollout => Assert.NotNull(rollout!["score"]));
        Assert.Equal(0, rollouts.Sum(rollout => rollout!["advantage"]!.GetValue<double>()), 5);
        Assert.Contains($"training prompt {id}", shown.Output);
        Assert.Contains("training step 1", shown.Output);
        Assert.Contains("advantage", shown.Output);
    }

    [Fact]
    public void Show_of_an_unknown_prompt_is_refused() =>
        HoneProcess.Run("show", Run, "--prompt", "nobody").RefusedWith("nobody", "data files");

    [Fact]
    public void Runs_lists_the_runs_of_a_folder()
    {
        var run = HoneProcess.Run("runs", _trained.Value["runs"], "--json").Succeeded().Json["runs"]!.AsArray().Single()!;

        Assert.Equal("finished", run["state"]!.GetValue<string>());
        Assert.Equal(Steps, run["steps"]!.GetValue<int>());
    }

    [Fact]
    public void Eval_of_a_run_counts_pass_at_1_and_at_k()
    {
        using var folder = new TemporaryFolder();
        string data = SmallJob.Lines(folder, "test.jsonl", 20);

        var tuned = HoneProcess.Run("eval", Run, data, "-k", "4", "--max-tokens", "32", "--json").Succeeded().Json;
        var plain = HoneProcess.Run("eval", SmallJob.Model, data, "--adapter", Path.Combine(Run, "best"), "-k", "4", "--max-tokens", "32", "--json");

        var passAt = tuned["passAt"]!.AsObject();
        Assert.Equal(["1", "2", "4"], passAt.Select(pass => pass.Key));
        Assert.True(passAt["4"]!["accuracy"]!.GetValue<double>() >= passAt["1"]!["accuracy"]!.GetValue<double>());
        Assert.InRange(passAt["1"]!["low"]!.GetValue<double>(), 0, passAt["1"]!["high"]!.GetValue<double>());
        Assert.Equal(20, tuned["n"]!.GetValue<int>());
        Assert.Equal(passAt.ToJsonString(), plain.Succeeded().Json["passAt"]!.ToJsonString());
    }

    [Fact]
    public void Chat_answers_one_message_the_same_way_for_the_same_seed()
    {
        string[] command = ["chat", SmallJob.Model, "Ann has 3 figs. She gets 4 more. How many figs does Ann have now?", "--temperature", "1", "--json"];

        var first = HoneProcess.Run([.. command, "--seed", "5"]).Succeeded();
        var again = HoneProcess.Run([.. command, "--seed", "5"]).Succeeded();
        var others = Enumerable.Range(6, 3).Select(seed => HoneProcess.Run([.. command, "--seed", $"{seed}"]).Succeeded().Output).ToArray();

        Assert.Equal(first.Output, again.Output);
        Assert.Contains(others, other => other != first.Output);
        Assert.Contains(first.Json["text"]!.GetValue<string>(), first.Error);
    }

    [Fact]
    public void Chat_with_a_run_speaks_with_its_best_adapter()
    {
        var answer = HoneProcess.Run("chat", Run, "Ann has 3 figs. She gets 4 more. How many figs does Ann have now?").Succeeded();

        Assert.NotEqual("", answer.Output.Trim());
    }

    [Fact]
    public void A_tokenizer_and_a_random_model_can_be_made_and_trained()
    {
        using var folder = new TemporaryFolder();
        string texts = folder.Write("texts.txt", string.Join('\n', Enumerable.Range(0, 200).Select(i => $"Ann has {i} figs and {i * 7} cups.")));
        string data = folder.Write("chats.jsonl", string.Join('\n', Enumerable.Range(0, 64).Select(Chat)));

        HoneProcess.Run("tokenizer", "train", texts, "--vocabulary", "300", "--out", folder["tokenizer"]).Succeeded();
        HoneProcess.Run("model", "random", "--tokenizer", folder["tokenizer"], "--hidden", "32", "--head-width", "8", "--feed-forward", "48", "--out", folder["model"])
            .Succeeded();
        var trained = HoneProcess.Run(
            "sft", data, "--model", folder["model"], "--epochs", "8", "--batch", "16", "--learning-rate", "1e-2", "--out", folder["trained"]).Succeeded();
        HoneProcess.Run("chat", folder["trained"], "one", "--max-tokens", "8").Succeeded();

        double[] losses = [.. trained.Output.Split('\n').Where(line => line.Contains("  loss ")).Select(line => double.Parse(line.Split("loss ")[1].Split(' ')[0]))];
        Assert.True(losses[^1] < losses[0] / 2, trained.Output);
    }

    [Theory]
    [InlineData("--lora-rank", "4")]
    [InlineData("--lora-rank", "4", "--all-tokens")]
    [InlineData("--type", "f32")]
    [InlineData("--type", "bf16", "--all-tokens")]
    [InlineData("--optimizer", "muon")]
    public void Supervised_training_repeats_to_the_bit_however_its_sequences_are_cut(params string[] options)
    {
        using var folder = new TemporaryFolder();
        string data = folder.Write("chats.jsonl", string.Join('\n', Enumerable.Range(0, 24).Select(Chat)));
        string[] command = ["sft", data, "--model", SmallJob.Model, "--batch", "8", .. options];

        HoneProcess.Run([.. command, "--out", folder["one"], "--micro-batch", "1"]).Succeeded();
        using var second = HoneProcess.Start([.. command, "--out", folder["two"], "--micro-batch", "8"], threads: 2);
        second.Wait().Succeeded();

        string weights = options.Contains("--lora-rank") ? "adapter_model.safetensors" : "model.safetensors";
        Assert.Equal(RunOutcome.Hash(folder[$"one/{weights}"]), RunOutcome.Hash(folder[$"two/{weights}"]));
        Assert.NotEqual(RunOutcome.Hash(Path.Combine(SmallJob.Model, "model.safetensors")), RunOutcome.Hash(folder[$"one/{weights}"]));
    }

    [Fact]
    public void Masking_the_prompt_changes_what_is_learnt()
    {
        using var folder = new TemporaryFolder();
        string data = folder.Write("chats.jsonl", string.Join('\n', Enumerable.Range(0, 8).Select(Chat)));
        string[] command = ["sft", data, "--model", SmallJob.Model, "--lora-rank", "2", "--json"];

        var masked = HoneProcess.Run([.. command, "--out", folder["masked"]]).Succeeded().Json;
        var whole = HoneProcess.Run([.. command, "--out", folder["whole"], "--all-tokens"]).Succeeded().Json;

        Assert.NotEqual(masked["loss"]!.GetValue<double>(), whole["loss"]!.GetValue<double>());
    }

    [Fact]
    public void Help_names_every_command()
    {
        string help = HoneProcess.Run().Succeeded().Output;

        Assert.All(
            ["quickstart", "train", "resume", "eval", "chat", "sft", "tokenizer", "model", "recipe", "runs", "show", "verify"],
            command => Assert.Contains($"  {command} ", help));
    }

    static string Chat(int i) => new JsonObject
    {
        ["messages"] = new JsonArray(
            new JsonObject { ["role"] = "user", ["content"] = $"Ann has {i} figs. She gets 4 more." },
            new JsonObject { ["role"] = "assistant", ["content"] = $"{i}+4={i + 4}\n#### {i + 4}" }),
    }.ToJsonString();

    static string FirstId(string file) =>
        JsonNode.Parse(File.ReadLines(Path.Combine(SmallJob.Recipe, file)).First())!["id"]!.GetValue<string>();

    static TemporaryFolder Train()
    {
        var folder = new TemporaryFolder();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => folder.Dispose();
        HoneProcess.Run("train", SmallJob.Write(folder), "--run", folder["runs/arithmetic"]).Succeeded();
        return folder;
    }
}
