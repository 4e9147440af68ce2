using Hone.Training;

namespace Hone.Cli.Views;

/// <summary>What is only worth a word where there is any: faults, waiting for the grader, refilled groups, prompts that rest.</summary>
static class StepRemarks
{
    const double WorthTelling = 0.05;

    /// <summary>Each remark with two blanks before it.</summary>
    public static string Of(StepMetrics metrics) =>
        string.Concat(All(metrics).Select(remark => $"  {remark}"));

    public static IEnumerable<string> All(StepMetrics metrics)
    {
        if (metrics.Faults > 0)
        {
            yield return $"no score {metrics.Faults} ({string.Join(", ", metrics.FaultKinds.Select(kind => $"{kind.Key} {kind.Value}"))})";
        }

        if (metrics.GraderWaitShare >= WorthTelling)
        {
            yield return $"waited for grades {metrics.GraderWaitShare:P0}";
        }

        if (metrics.Refills > 0)
        {
            yield return $"refills {metrics.Refills}";
        }

        if (metrics.PromptsResting > 0)
        {
            yield return $"resting {metrics.PromptsResting}";
        }
    }
}
