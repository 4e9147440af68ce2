namespace Hone.Jobs.Checks;

/// <summary>What <see cref="JobCheck"/> found.</summary>
/// <param name="Findings">The worst first.</param>
/// <param name="Base">Null where the model was not asked.</param>
/// <param name="Judges">What the run will ask of each judge that its graders have.</param>
public sealed record CheckReport(IReadOnlyList<CheckFinding> Findings, BaseAnswers? Base, IReadOnlyList<JudgeForecast> Judges)
{
    /// <summary>Nothing stands against the run.</summary>
    public bool Passed => Findings.All(finding => finding.Severity < CheckSeverity.Problem);
}
