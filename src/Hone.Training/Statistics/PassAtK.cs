namespace Hone.Training.Statistics;

/// <summary>The chance that k of n samples, drawn without replacement, hold at least one of the c correct ones: 1 − C(n − c, k) / C(n, k).</summary>
public static class PassAtK
{
    public static double Of(int n, int c, int k)
    {
        if (c < 0 || c > n || k < 1 || k > n)
        {
            throw new ArgumentException($"pass@{k} of {n} samples with {c} correct is not defined; k goes from 1 to the number of samples.");
        }

        double allWrong = 1;
        for (int i = 0; i < c && allWrong > 0; i++)
        {
            allWrong *= Math.Max(0, (double)(n - k - i) / (n - i));
        }

        return 1 - allWrong;
    }
}
