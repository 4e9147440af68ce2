namespace Hone.Training.Verification;

/// <summary>Collects the comparisons of one losses folder.</summary>
sealed class LossVerificationReport(string folder)
{
    readonly List<VerificationCase> _cases = [];

    public IReadOnlyList<VerificationCase> Cases => _cases;

    public void NotBuilt(string name, string what) =>
        _cases.Add(new(folder, name, what, null, null, VerificationStatus.NotBuilt));

    /// <summary>Compares with the tolerance absolute + relative·|expected|. NaN agrees with NaN only.</summary>
    public void Compare(
        string name, string quantity, ReadOnlySpan<double> actual, LossVerificationValue expected, double relative, double absolute)
    {
        double[] numbers = expected.Numbers;
        if (numbers.Length != actual.Length)
        {
            throw expected.Unlike($"{actual.Length} numbers, one for each of the inputs");
        }

        double worst = -1, difference = 0, tolerance = absolute;
        for (int i = 0; i < numbers.Length; i++)
        {
            double allowed = absolute + relative * (double.IsNaN(numbers[i]) ? 0 : Math.Abs(numbers[i]));
            double off = Distance(actual[i], numbers[i]), ratio = allowed > 0 ? off / allowed : off == 0 ? 0 : double.PositiveInfinity;
            if (ratio > worst)
            {
                (worst, difference, tolerance) = (ratio, off, allowed);
            }
        }

        var status = difference <= tolerance ? VerificationStatus.Agree : VerificationStatus.Disagree;
        _cases.Add(new(folder, name, quantity, double.IsFinite(difference) ? difference : null, tolerance, status));
    }

    static double Distance(double actual, double expected) =>
        actual == expected || (double.IsNaN(actual) && double.IsNaN(expected)) ? 0
        : double.IsFinite(actual) && double.IsFinite(expected) ? Math.Abs(actual - expected)
        : double.PositiveInfinity;
}
