namespace Hone.Jobs.Checks;

/// <summary>What <see cref="JobCheck"/> found.</summary>
/// <param name="Findings">The worst first.</param>
/// <param name="Base">Null where the model was not asked.</param>
public sealed record CheckReport(IReadOnlyList<CheckFinding> Findings, BaseAnswers? Base)
{
    /// <summary>Nothing stands against the run.</summary>
    public bool Passed => Findings.All(finding => finding.Severity < CheckSeverity.Problem);
}
