using Hone.Training;

namespace Hone.Server.Telemetry;

/// <summary>The numbers of a reinforcement step under the names that veRL gives them, which people have charts for.</summary>
static class StepColumns
{
    public static readonly (string Name, Func<StepMetrics, double> Value)[] All =
    [
        ("critic/rewards/mean", step => step.RewardMean),
        ("critic/rewards/min", step => step.RewardMin),
        ("critic/rewards/max", step => step.RewardMax),
        ("critic/rewards/std", step => step.RewardStd),
        ("actor/entropy", step => step.Entropy),
        ("actor/pg_loss", step => step.Loss),
        ("actor/pg_clipfrac", step => step.ClipShare),
        ("actor/grad_norm", step => step.GradientNorm),
        ("actor/kl", step => step.Kl),
        ("actor/lr", step => step.LearningRate),
        ("response_length/mean", step => step.LengthMean),
        ("response_length/max", step => step.LengthMax),
        ("response/truncated_ratio", step => step.TruncatedShare),
        ("grader/faults", step => step.Faults),
        ("perf/time_per_step", step => step.StepSeconds),
    ];
}
