using Hone.Training.Losses;

namespace Hone.Training.Verification;

static class LossVerificationKl
{
    public static void Run(LossVerificationValue file, LossVerificationReport report)
    {
        foreach (var (index, row) in file["rows"].Items.Index())
        {
            double d = row["logp_ref"].Number - row["logp"].Number;
            double ratio = Math.Exp(row["logp"].Number - row["logp_old"].Number);
            // e^d multiplies the rounding of its argument, and so does a ratio on top of it.
            double absolute = 1e-15 * Math.Max(1, Math.Exp(d));
            foreach (var (quantity, actual) in Quantities(d, ratio))
            {
                report.Compare($"kl-estimators/row-{index}", quantity, [actual], row[quantity], 1e-12, absolute);
            }
        }
    }

    static IEnumerable<(string Quantity, double Actual)> Quantities(double d, double ratio) =>
    [
        ("k1", KlEstimators.Value(KlEstimator.K1, d)),
        ("k2", KlEstimators.Value(KlEstimator.K2, d)),
        ("k3", KlEstimators.Value(KlEstimator.K3, d)),
        ("grad_k1", KlEstimators.Slope(KlEstimator.K1, d)),
        ("grad_k2", KlEstimators.Slope(KlEstimator.K2, d)),
        ("grad_k3", KlEstimators.Slope(KlEstimator.K3, d)),
        ("ratio", ratio),
        ("weighted_k3", ratio * KlEstimators.Value(KlEstimator.K3, d)),
        ("grad_weighted_k3", ratio * KlEstimators.WeightedSlope(KlEstimator.K3, d)),
    ];
}
