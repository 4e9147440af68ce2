namespace Hone.Tests.Tensors.Kernels.Reference;

static class SwiGluReference
{
    public static double[] Forward(double[] gate, double[] up) => [.. gate.Zip(up, (g, u) => g / (1 + Math.Exp(-g)) * u)];
}
