using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Hone.Jobs;
using Hone.Training;

namespace Hone.Server.Queue.Nodes;

/// <summary>A step's numbers as the job's events tell them: Hone's own names, steps counted from 1.</summary>
static class StepNote
{
    static readonly JsonSerializerOptions _options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    public static JobNote Of(StepMetrics metrics, int? steps, EvaluationSummary? validation)
    {
        int step = metrics.Step + 1;
        return new JobNote(
            $"Step {step}{(steps is null ? "" : $"/{steps}")}: training metrics", Type: "metrics", Data: Numbers(metrics, steps, validation));
    }

    /// <summary>The same numbers alone. JSON has no NaN: what is no number is not there.</summary>
    public static JsonObject Numbers(StepMetrics metrics, int? steps, EvaluationSummary? validation)
    {
        var data = new JsonObject { ["step"] = metrics.Step + 1 };
        if (steps is not null)
        {
            data["totalSteps"] = steps;
        }

        foreach (var (key, value) in JsonSerializer.SerializeToNode(metrics, _options)!.AsObject().Where(pair => pair.Key != "step" && IsData(pair.Value)))
        {
            data[key] = value!.DeepClone();
        }

        if (validation is not null && double.IsFinite(validation.RewardMean))
        {
            data["validationReward"] = validation.RewardMean;
            data["validationLengthMean"] = validation.LengthMean;
            data["validationEntropy"] = validation.Entropy;
            data["validationFaults"] = validation.Faults;
        }

        if (validation?.Loss is { } loss)
        {
            data["validationLoss"] = loss;
        }

        return data;
    }

    static bool IsData(JsonNode? value) => value is not null && value.GetValueKind() is not (JsonValueKind.String or JsonValueKind.Null);
}
