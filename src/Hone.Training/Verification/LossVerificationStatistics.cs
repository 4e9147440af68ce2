using Hone.Training.Statistics;

namespace Hone.Training.Verification;

static class LossVerificationStatistics
{
    const double Relative = 1e-12;

    public static void Run(LossVerificationValue file, LossVerificationReport report)
    {
        foreach (var (index, row) in file["pass_at_k"].Items.Index())
        {
            double value = PassAtK.Of(row["n"].Integer, row["c"].Integer, row["k"].Integer);
            Compare(report, $"pass_at_k-{index}", row, ("expected", value));
        }

        foreach (var (index, row) in file["wilson_95"].Items.Index())
        {
            var interval = Interval.Wilson(row["successes"].Integer, row["n"].Integer);
            Compare(report, $"wilson_95-{index}", row, ("low", interval.Low), ("high", interval.High));
        }

        foreach (var (index, row) in file["mcnemar_exact"].Items.Index())
        {
            var test = McNemar.Of(row["gained"].Integer, row["lost"].Integer);
            Compare(report, $"mcnemar_exact-{index}", row, ("p", test.Exact), ("mid_p", test.Mid));
        }

        foreach (var (index, row) in file["welch_t"].Items.Index())
        {
            var test = WelchT.Of(row["a"].Numbers, row["b"].Numbers);
            Compare(
                report, $"welch_t-{index}", row,
                ("difference", test.Difference.Value), ("t", test.T), ("degrees_of_freedom", test.DegreesOfFreedom), ("p", test.P),
                ("t_quantile_0.975", test.Quantile), ("low", test.Difference.Interval.Low), ("high", test.Difference.Interval.High));
        }
    }

    static void Compare(
        LossVerificationReport report, string name, LossVerificationValue row, params ReadOnlySpan<(string Name, double Actual)> quantities)
    {
        foreach (var (quantity, actual) in quantities)
        {
            report.Compare($"stats/{name}", quantity, [actual], row[quantity], Relative, 0);
        }
    }
}
