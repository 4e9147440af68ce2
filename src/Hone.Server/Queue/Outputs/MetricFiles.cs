using System.Globalization;
using Hone.Jobs;
using Hone.Server.Telemetry;
using Hone.Training;

namespace Hone.Server.Queue.Outputs;

/// <summary>
/// The files of numbers that Bedrock writes beside a customization job. Its four columns come first: steps count from 0 (a validation's is the
/// number of steps before it), training_loss is the policy's loss, perplexity e to the mean entropy of a token; validation_loss is the validation
/// reward with its sign turned, so that less is better as for any loss. What reinforcement adds stands behind them. A supervised run has the four columns alone; its losses are per token,
/// and perplexity is e to them.
/// </summary>
static class MetricFiles
{
    public static IEnumerable<(string Name, string Text)> Of(RunReader run)
    {
        var steps = run.Metrics();
        EvaluationSummary[] validations = [.. run.Evaluations().Where(evaluation => evaluation.Name == "validation")];
        bool supervised = run.Settings.Method == TrainingMethod.Supervised;
        yield return (
            "training_artifacts/step_wise_training_metrics.csv",
            supervised ? Losses("training_loss", steps.Select(step => (step.Step, step.Epoch, step.Loss))) : Training(steps));
        yield return (
            "validation_artifacts/post_fine_tuning_validation/validation_metrics.csv",
            supervised
                ? Losses("validation_loss", validations.Select(one => (one.Step, EpochBefore(one, steps), one.Loss ?? double.NaN)))
                : Validation(validations, steps));
    }

    static string Losses(string name, IEnumerable<(int Step, int Epoch, double Loss)> rows) => Lines(
        ["step_number", "epoch_number", name, "perplexity"], rows.Select(row => (IEnumerable<double>)[row.Step, row.Epoch, row.Loss, Math.Exp(row.Loss)]));

    static int EpochBefore(EvaluationSummary evaluation, IReadOnlyList<StepMetrics> steps) =>
        steps.FirstOrDefault(step => step.Step == evaluation.Step - 1)?.Epoch ?? 0;

    static string Training(IReadOnlyList<StepMetrics> steps) => Lines(
        ["step_number", "epoch_number", "training_loss", "perplexity", .. StepColumns.All.Select(column => column.Name)],
        steps.Select(step => (IEnumerable<double>)
            [step.Step, step.Epoch, step.Loss, Math.Exp(step.Entropy), .. StepColumns.All.Select(column => column.Value(step))]));

    static string Validation(IReadOnlyList<EvaluationSummary> evaluations, IReadOnlyList<StepMetrics> steps) => Lines(
        ["step_number", "epoch_number", "validation_loss", "perplexity", "val-score/rewards/mean@1", "response_length/mean", "grader/faults", "completions"],
        evaluations.Select(one => (IEnumerable<double>)
        [
            one.Step, EpochBefore(one, steps), -one.RewardMean, Math.Exp(one.Entropy), one.RewardMean,
            one.LengthMean, one.Faults, one.Completions,
        ]));

    // RFC 4180 with line feeds, as other programs write these files. What is no number is an empty field.
    static string Lines(IEnumerable<string> names, IEnumerable<IEnumerable<double>> rows) =>
        string.Join(',', names) + "\n"
        + string.Concat(rows.Select(row => string.Join(',', row.Select(value => double.IsFinite(value) ? (value + 0.0).ToString("R", CultureInfo.InvariantCulture) : "")) + "\n"));
}
