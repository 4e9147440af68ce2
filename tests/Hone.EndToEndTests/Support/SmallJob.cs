using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;

namespace Hone.EndToEndTests.Support;

/// <summary>The job of recipes/arithmetic made small: the shipped model, a few prompts, a few steps.</summary>
static class SmallJob
{
    public static string Model { get; } = Path.Combine(Root(), "models", "arithmetic");

    public static string Recipe { get; } = Path.Combine(Root(), "recipes", "arithmetic");

    /// <summary>Writes job.json into the folder. Paths in it are absolute.</summary>
    public static string Write(TemporaryFolder folder, Action<JsonObject>? change = null)
    {
        var job = JsonNode.Parse(File.ReadAllText(Path.Combine(Recipe, "job.json")))!.AsObject();
        job["baseModel"] = Model;
        foreach (string data in (string[])["trainingData", "validationData", "testData"])
        {
            job[data] = Path.Combine(Recipe, job[data]!.GetValue<string>());
        }

        var settings = Settings(job);
        settings["maxSteps"] = 3;
        settings["batchSize"] = 8;
        settings["trainingSamplePerPrompt"] = 4;
        settings["evalInterval"] = 2;
        settings["inferenceMaxTokens"] = 32;
        job["evaluation"]!["maxPrompts"] = 24;
        job["evaluation"]!["maxValidationPrompts"] = 12;
        change?.Invoke(job);
        return folder.Write("job.json", job.ToJsonString());
    }

    public static JsonObject Settings(JsonObject job) => job["hyperParameters"]!.AsObject();

    /// <summary>The first lines of one of the recipe's data files, as a file of its own.</summary>
    public static string Lines(TemporaryFolder folder, string file, int count) =>
        folder.Write(file, string.Join('\n', File.ReadLines(Path.Combine(Recipe, file)).Take(count)) + "\n");

    public static string Root([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(here, "../../../.."));
}
