namespace Hone.Tests.Tensors.Kernels.Reference;

static class RmsNormReference
{
    public static double[] Forward(double[] x, double[] w, double epsilon)
    {
        int C = w.Length;
        var y = new double[x.Length];
        for (int start = 0; start < x.Length; start += C)
        {
            double mean = x.Skip(start).Take(C).Sum(v => v * v) / C;
            double invRms = 1 / Math.Sqrt(mean + epsilon);
            for (int c = 0; c < C; c++)
            {
                y[start + c] = x[start + c] * invRms * w[c];
            }
        }

        return y;
    }
}
