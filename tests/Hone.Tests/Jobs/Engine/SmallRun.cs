using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Hone.Jobs.Engine;
using Hone.Text;

namespace Hone.Tests.Jobs.Engine;

/// <summary>The shipped model, a question to it, and a job of a few steps on it.</summary>
static class SmallRun
{
    public static string Model { get; } = Path.Combine(Root(), "models", "arithmetic");

    /// <param name="endless">The answer goes on to the limit.</param>
    public static GenerateRequest Ask(string text, int maxTokens = 40, bool endless = false) => new()
    {
        Model = Model,
        Messages = [new ChatMessage("user", text)],
        MaxTokens = maxTokens,
        LogitBias = endless ? new Dictionary<int, float> { [0] = -1000 } : new Dictionary<int, float>(),
    };

    /// <summary>Writes job.json.</summary>
    public static string Job(TestFolder folder, int steps = 3, Action<JsonObject>? change = null)
    {
        string recipe = Path.Combine(Root(), "recipes", "arithmetic");
        var job = new JsonObject
        {
            ["name"] = "small",
            ["baseModel"] = Model,
            ["trainingData"] = Path.Combine(recipe, "train.jsonl"),
            ["validationData"] = Path.Combine(recipe, "validation.jsonl"),
            ["testData"] = Path.Combine(recipe, "test.jsonl"),
            ["grader"] = new JsonObject { ["kind"] = "finalNumber", ["mode"] = "strict" },
            ["seed"] = 3,
            ["hyperParameters"] = new JsonObject
            {
                ["maxSteps"] = steps,
                ["batchSize"] = 8,
                ["trainingSamplePerPrompt"] = 8,
                ["inferenceMaxTokens"] = 40,
                ["evalInterval"] = 1,
                ["loraRank"] = 2,
                ["learningRate"] = 1e-2,
            },
            ["evaluation"] = new JsonObject { ["maxPrompts"] = 8, ["maxValidationPrompts"] = 4 },
        };
        change?.Invoke(job);
        return folder.File("job.json", job.ToJsonString());
    }

    public static byte[] Adapter(string run) => File.ReadAllBytes(Path.Combine(run, "best", "adapter_model.safetensors"));

    public static async Task<List<GeneratedPiece>> All(this IEngine engine, GenerateRequest request, CancellationToken stop = default)
    {
        List<GeneratedPiece> pieces = [];
        await foreach (var piece in engine.Generate(request, stop))
        {
            pieces.Add(piece);
        }

        return pieces;
    }

    static string Root([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(here, "../../../../.."));
}
