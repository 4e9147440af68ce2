namespace Hone.Training.Verification;

/// <summary>
/// Compares optimizer steps on given completions with a folder of reference numbers: the way from rewards to a moved adapter is the
/// training loop's own.
/// </summary>
public static class TrlStepsVerification
{
    const string TraceName = "trace.json";

    /// <summary>Whether the folder has the layout that <see cref="Run"/> reads.</summary>
    public static bool Recognizes(string folder) => File.Exists(Path.Combine(folder, TraceName));

    /// <summary>For each step: log-probabilities, entropies, advantages, metrics, every gradient, and the adapter behind it.</summary>
    /// <exception cref="VerificationException">A file is missing, damaged, or does not fit the others.</exception>
    public static IEnumerable<VerificationCase> Run(string folder) => TensorReport.Of(folder, report =>
    {
        var trace = LossVerificationValue.Open(folder, TraceName);
        using var steps = new TrlSteps(folder, trace["settings"], report);
        foreach (var (i, expected) in trace["steps"].Items.Index())
        {
            steps.Step(i + 1, expected);
        }
    });
}
