namespace Hone.Tests.Tensors.Kernels.Reference;

static class RotaryEmbeddingReference
{
    public static double[] Forward(double[] x, int heads, int headWidth, int rotatedWidth, int[] positions, float[] cos, float[] sin)
    {
        int half = rotatedWidth / 2;
        var y = (double[])x.Clone();
        for (int row = 0; row < positions.Length; row++)
        {
            for (int head = 0; head < heads; head++)
            {
                for (int j = 0; j < half; j++)
                {
                    int a = (row * heads + head) * headWidth + j, b = a + half;
                    double c = cos[positions[row] * half + j], s = sin[positions[row] * half + j];
                    y[a] = x[a] * c - x[b] * s;
                    y[b] = x[b] * c + x[a] * s;
                }
            }
        }

        return y;
    }
}
