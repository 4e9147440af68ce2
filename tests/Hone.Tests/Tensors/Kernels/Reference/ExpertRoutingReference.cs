namespace Hone.Tests.Tensors.Kernels.Reference;

/// <summary>Routing in double, after its formula.</summary>
static class ExpertRoutingReference
{
    public static int[] Choose(double[] logits, int k) =>
        [.. Enumerable.Range(0, logits.Length).OrderByDescending(e => logits[e]).ThenBy(e => e).Take(k)];

    public static double[] Weights(double[] logits, int[] experts, bool overAll)
    {
        double sum = overAll ? logits.Sum(Math.Exp) : experts.Sum(e => Math.Exp(logits[e]));
        return [.. experts.Select(e => Math.Exp(logits[e]) / sum)];
    }
}
