using Hone.Training;

namespace Hone.Cli.Views;

/// <summary>One line for each thing that happened; what a log file or a pipe gets.</summary>
sealed class PlainRunView(Output output) : IRunObserver
{
    public void StepDone(StepMetrics metrics, IReadOnlyList<Rollout> rollouts, int totalSteps) => output.Line(
        $"step {metrics.Step + 1,4}/{totalSteps}  reward {metrics.RewardMean:F3}  length {metrics.LengthMean:F1}  "
        + $"entropy {metrics.Entropy:F3}  gradient {metrics.GradientNorm:F3}  kl {metrics.Kl:F4}  "
        + $"sampled {metrics.SampledTokensPerSecond:N0} tok/s  trained {metrics.TrainedTokensPerSecond:N0} tok/s  "
        + $"difference {metrics.SamplerTrainerDifference:0.###}"
        + StepRemarks.Of(metrics));

    public void EvaluationDone(Evaluation evaluation) => output.Line(
        $"{evaluation.Name} after {evaluation.Step} steps: {100 * evaluation.RewardMean:F1} % of "
        + $"{evaluation.Rollouts.Count:N0} answers, length {evaluation.LengthMean:F1}, {evaluation.Seconds:F1} s"
        + (evaluation.Faults > 0 ? $", {evaluation.Faults} could not be graded" : ""));

    public void Warned(string sentence) => output.Line($"WARNING  {Visible.Of(sentence)}");
}
