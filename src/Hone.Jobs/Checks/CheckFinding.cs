namespace Hone.Jobs.Checks;

/// <summary>How much a finding matters.</summary>
public enum CheckSeverity
{
    /// <summary>Something to know.</summary>
    Note,

    /// <summary>The run will work less well than it could.</summary>
    Warning,

    /// <summary>The run would learn nothing, or the wrong thing.</summary>
    Problem,
}

/// <summary>What a check found out about a job.</summary>
/// <param name="Kind">A short name that does not change: "reference", "noise", "hole: empty answer".</param>
/// <param name="Sentence">What was seen, with numbers.</param>
/// <param name="Advice">What to do about it; "" where nothing has to be done.</param>
public sealed record CheckFinding(CheckSeverity Severity, string Kind, string Sentence, string Advice)
{
    public override string ToString() => Advice.Length == 0 ? Sentence : $"{Sentence} {Advice}";
}
