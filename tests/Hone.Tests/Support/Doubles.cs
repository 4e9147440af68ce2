namespace Hone.Tests.Support;

/// <summary>Double arithmetic that references share.</summary>
static class Doubles
{
    public static double[] Of(float[] x) => Array.ConvertAll(x, v => (double)v);

    public static double Dot(double[] a, float[] b) => a.Zip(b, (x, y) => x * y).Sum();

    /// <summary>The gradient of <paramref name="f"/> at x by central differences.</summary>
    public static double[] Gradient(Func<double[], double> f, float[] x, double step = 1e-5)
    {
        var at = Of(x);
        var gradient = new double[x.Length];
        for (int i = 0; i < x.Length; i++)
        {
            at[i] = x[i] + step;
            double above = f(at);
            at[i] = x[i] - step;
            gradient[i] = (above - f(at)) / (2 * step);
            at[i] = x[i];
        }

        return gradient;
    }
}
