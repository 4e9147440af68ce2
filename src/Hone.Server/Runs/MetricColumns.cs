using System.Text.Json;
using System.Text.Json.Nodes;
using Hone.Jobs;
using Hone.Training;

namespace Hone.Server.Runs;

/// <summary>Metrics by column: a list for each number of <see cref="StepMetrics"/>, all of the same length.</summary>
static class MetricColumns
{
    public static JsonObject Of(IReadOnlyList<StepMetrics> steps)
    {
        var columns = new JsonObject();
        foreach (var step in steps)
        {
            foreach (var (name, value) in JsonSerializer.SerializeToNode(step, HoneJson.Options)!.AsObject().ToList())
            {
                if (columns[name] is not JsonArray column)
                {
                    columns[name] = column = [];
                }

                column.Add(value?.DeepClone());
            }
        }

        return columns;
    }

    public static object Evaluations(RunReader run) => run.Evaluations().Select(evaluation => new
    {
        evaluation.Name,
        evaluation.Step,
        evaluation.At,
        evaluation.Seconds,
        evaluation.Completions,
        evaluation.Faults,
        evaluation.RewardMean,
        evaluation.LengthMean,
        evaluation.Entropy,
        evaluation.Loss,
    });
}
