using Hone.Tensors.Kernels;

namespace Hone.Tests.Tensors.Kernels.Reference;

/// <summary>y_t = Σ_j p_tj v_j over the rows j that row t sees, p = softmax(cap(scale · q_t·k_j)). q: [T, H·D], k and v: [T, KV·D].</summary>
/// <param name="shape">Heads.</param>
/// <param name="sight">For each row, the rows that it sees.</param>
sealed class AttentionReference(AttentionShape shape, int[][] sight)
{
    public double[] Forward(double[] q, double[] k, double[] v)
    {
        var y = new double[q.Length];
        ForEachQuery((t, head) =>
        {
            double[] p = Probabilities(q, k, t, head);
            for (int j = 0; j < p.Length; j++)
            {
                for (int d = 0; d < shape.HeadWidth; d++)
                {
                    y[Query(t, head) + d] += p[j] * v[Key(sight[t][j], head) + d];
                }
            }
        });
        return y;
    }

    public (double[] Dq, double[] Dk, double[] Dv) Backward(double[] q, double[] k, double[] v, double[] dy)
    {
        var (dq, dk, dv) = (new double[q.Length], new double[k.Length], new double[v.Length]);
        ForEachQuery((t, head) =>
        {
            double[] p = Probabilities(q, k, t, head);
            double[] dp = [.. sight[t].Select(row => Dot(dy, Query(t, head), v, Key(row, head)))];
            double mean = p.Zip(dp, (a, b) => a * b).Sum();
            for (int j = 0; j < p.Length; j++)
            {
                double ds = p[j] * (dp[j] - mean) * shape.Scale * Slope(shape.Scale * Dot(q, Query(t, head), k, Key(sight[t][j], head)));
                int query = Query(t, head), key = Key(sight[t][j], head);
                for (int d = 0; d < shape.HeadWidth; d++)
                {
                    dq[query + d] += ds * k[key + d];
                    dk[key + d] += ds * q[query + d];
                    dv[key + d] += p[j] * dy[query + d];
                }
            }
        });
        return (dq, dk, dv);
    }

    double[] Probabilities(double[] q, double[] k, int t, int head)
    {
        double[] scores = [.. sight[t].Select(row => Capped(shape.Scale * Dot(q, Query(t, head), k, Key(row, head))))];
        double largest = scores.Max(), sum = scores.Sum(s => Math.Exp(s - largest));
        return [.. scores.Select(s => Math.Exp(s - largest) / sum)];
    }

    double Capped(double score) => shape.SoftCap > 0 ? shape.SoftCap * Math.Tanh(score / shape.SoftCap) : score;

    double Slope(double score) => shape.SoftCap > 0 ? 1 - Math.Pow(Math.Tanh(score / shape.SoftCap), 2) : 1;

    void ForEachQuery(Action<int, int> run)
    {
        for (int t = 0; t < sight.Length; t++)
        {
            for (int head = 0; head < shape.Heads; head++)
            {
                run(t, head);
            }
        }
    }

    double Dot(double[] a, int i, double[] b, int j)
    {
        double sum = 0;
        for (int d = 0; d < shape.HeadWidth; d++)
        {
            sum += a[i + d] * b[j + d];
        }

        return sum;
    }

    int Query(int t, int head) => ((t * shape.Heads) + head) * shape.HeadWidth;

    int Key(int row, int head) => ((row * shape.KeyValueHeads) + (head / shape.HeadsPerKey)) * shape.HeadWidth;
}
