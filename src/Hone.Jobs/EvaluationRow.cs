namespace Hone.Jobs;

/// <summary>A row of run.db's evaluations.</summary>
sealed class EvaluationRow
{
    public string Name { get; init; } = "";
    public long Step { get; init; }
    public string At { get; init; } = "";
    public double Seconds { get; init; }
    public long Completions { get; init; }
    public long Faults { get; init; }
    public double? RewardMean { get; init; }
    public double LengthMean { get; init; }
    public double Entropy { get; init; }
    public double? Loss { get; init; }

    public EvaluationSummary Summary(DateTimeOffset at) =>
        new(Name, (int)Step, at, Seconds, (int)Completions, (int)Faults, RewardMean ?? double.NaN, LengthMean, Entropy) { Loss = Loss };
}
