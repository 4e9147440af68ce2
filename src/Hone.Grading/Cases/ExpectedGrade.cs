namespace Hone.Grading.Cases;

/// <summary>What a case wants: a score between two bounds, which may be equal, or a fault.</summary>
public sealed record ExpectedGrade(double Least, double Most, bool IsFault = false)
{
    // Sums of weighted parts differ in their last digits from what a person writes down.
    const double Tolerance = 1e-9;

    public static ExpectedGrade Fault { get; } = new(double.NaN, double.NaN, IsFault: true);

    public bool IsMetBy(Grade grade) => grade.Score is { } score
        ? !IsFault && score >= Least - Slack(Least) && score <= Most + Slack(Most)
        : IsFault;

    public override string ToString() =>
        IsFault ? "a fault"
        : Least == Most ? $"{Least}"
        : double.IsInfinity(Most) ? $"{Least} or more"
        : double.IsInfinity(Least) ? $"{Most} or less"
        : $"{Least} to {Most}";

    static double Slack(double bound) => double.IsInfinity(bound) ? 0 : Tolerance * Math.Max(1, Math.Abs(bound));
}
