namespace Hone.Tests.Tensors.Kernels.Reference;

static class LogSoftmaxReference
{
    public static double[] LogProbabilities(double[] logits, double inverseTemperature)
    {
        double largest = logits.Max() * inverseTemperature;
        double logSumExp = largest + Math.Log(logits.Sum(v => Math.Exp(v * inverseTemperature - largest)));
        return [.. logits.Select(v => v * inverseTemperature - logSumExp)];
    }

    public static double Entropy(double[] logits, double inverseTemperature) =>
        -LogProbabilities(logits, inverseTemperature).Where(double.IsFinite).Sum(logP => Math.Exp(logP) * logP);
}
