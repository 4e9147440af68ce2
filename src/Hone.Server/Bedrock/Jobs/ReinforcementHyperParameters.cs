using System.Text.Json.Nodes;
using Hone.Server.Bedrock.Reading;

namespace Hone.Server.Bedrock.Jobs;

/// <summary>rftConfig.hyperParameters: Bedrock's names and ranges. What is left out is as in a job file of Hone.</summary>
static class ReinforcementHyperParameters
{
    public static JsonObject Read(Form form)
    {
        var job = new JsonObject
        {
            ["epochCount"] = form.Whole("epochCount", 1, 50),
            ["batchSize"] = form.Whole("batchSize", 16, 512),
            ["learningRate"] = form.Number("learningRate", 1e-7, 1e-3),
            ["maxPromptLength"] = form.Whole("maxPromptLength", 1, int.MaxValue),
            ["trainingSamplePerPrompt"] = form.Whole("trainingSamplePerPrompt", 2, 16),
            ["inferenceMaxTokens"] = form.Whole("inferenceMaxTokens", 1, int.MaxValue),
            ["reasoningEffort"] = form.Choice("reasoningEffort", "low", "medium", "high"),
            ["evalInterval"] = form.Whole("evalInterval", 1, 100),
        };
        return job.WithoutNulls();
    }
}
