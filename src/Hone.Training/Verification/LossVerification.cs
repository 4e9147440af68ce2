namespace Hone.Training.Verification;

/// <summary>Compares losses, advantages, KL estimators, entropy and statistics with a folder of reference numbers in the losses layout.</summary>
public static class LossVerification
{
    /// <summary>Whether the folder has the layout that <see cref="Run"/> reads.</summary>
    public static bool Recognizes(string folder) => File.Exists(Path.Combine(folder, "policy-loss.json"));

    /// <summary>Every quantity of every case, in the order of the files. Losses that this build does not have are reported as not built.</summary>
    /// <exception cref="VerificationException">A file is missing or does not have the layout.</exception>
    public static IEnumerable<VerificationCase> Run(string folder)
    {
        var report = new LossVerificationReport(folder);
        Read(folder, "advantages.json", report, LossVerificationAdvantages.Run);
        Read(folder, "policy-loss.json", report, LossVerificationPolicy.Run);
        Read(folder, "kl-estimators.json", report, LossVerificationKl.Run);
        Read(folder, "entropy-logprob.json", report, LossVerificationEntropy.Run);
        Read(folder, "stats.json", report, LossVerificationStatistics.Run);
        return report.Cases;
    }

    static void Read(
        string folder, string name, LossVerificationReport report, Action<LossVerificationValue, LossVerificationReport> compare)
    {
        try
        {
            compare(LossVerificationValue.Open(folder, name), report);
        }
        catch (ArgumentException e)
        {
            // Values that fit the layout and still make no sense, such as 5 successes of 3.
            throw new VerificationException($"{Path.Combine(folder, name)} holds inputs that cannot be computed: {e.Message}", e);
        }
    }
}
