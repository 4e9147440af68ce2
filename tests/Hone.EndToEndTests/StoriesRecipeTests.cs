using System.Text.Json.Nodes;
using Hone.EndToEndTests.Support;

namespace Hone.EndToEndTests;

/// <summary>recipes/stories on the pretrained model it is for, which is not part of the repository.</summary>
public class StoriesRecipeTests
{
    static string Model => Path.Combine(SharedFactAttribute.Folder!, "thirdparty", "stories260K", "hf");

    static string Recipe { get; } = Path.GetFullPath(Path.Combine(SmallJob.Recipe, "..", "stories"));

    [SharedFact]
    public void A_few_steps_train_and_the_run_can_be_evaluated_as_it_was_trained()
    {
        using var folder = new TemporaryFolder();

        var verdict = HoneProcess.Run("train", Small(folder), "--model", Model, "--run", folder["run"], "--json").Succeeded().Json;
        var again = HoneProcess.Run(
            "eval", folder["run"], Path.Combine(Recipe, "test.jsonl"), "--limit", "24", "--max-tokens", "128",
            "--grader", folder["grader.json"], "--json").Succeeded().Json;

        Assert.Equal(24, verdict["tuned"]!["n"]!.GetValue<int>());
        Assert.InRange(verdict["base"]!["accuracy"]!.GetValue<double>(), 0.05, 0.95);
        Assert.Equal(verdict["tuned"]!["accuracy"]!.GetValue<double>(), again["meanScore"]!.GetValue<double>(), 1e-12);
    }

    [LongSharedFact]
    public void The_recipe_raises_the_reward_on_things_it_was_not_trained_on()
    {
        using var folder = new TemporaryFolder();

        var verdict = HoneProcess.Run(
            "train", Path.Combine(Recipe, "job.json"), "--model", Model, "--run", folder["run"], "--json").Succeeded().Json;

        Assert.Equal(500, verdict["tuned"]!["n"]!.GetValue<int>());
        Assert.True(verdict["difference"]!["low"]!.GetValue<double>() > 0.1, verdict.ToJsonString());
    }

    static string Small(TemporaryFolder folder)
    {
        var job = JsonNode.Parse(File.ReadAllText(Path.Combine(Recipe, "job.json")))!.AsObject();
        foreach (string data in (string[])["trainingData", "validationData", "testData"])
        {
            job[data] = Path.Combine(Recipe, job[data]!.GetValue<string>());
        }

        job["baseModel"] = "no such folder";
        var settings = SmallJob.Settings(job);
        settings["maxSteps"] = 2;
        settings["batchSize"] = 4;
        settings["trainingSamplePerPrompt"] = 4;
        settings["evalInterval"] = 2;
        settings["inferenceMaxTokens"] = 128;
        job["evaluation"] = new JsonObject { ["maxPrompts"] = 24, ["maxValidationPrompts"] = 8 };
        folder.Write("grader.json", job["grader"]!.ToJsonString());
        return folder.Write("job.json", job.ToJsonString());
    }
}
