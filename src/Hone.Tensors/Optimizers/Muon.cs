using System.Numerics;

namespace Hone.Tensors.Optimizers;

/// <summary>
/// Muon, for matrices. With g = gradient · gradientScale: m = μ·m + g; u = g + μ·m; O = u with its singular values brought near 1;
/// w = w · (1 − rate · decay) − rate · √max(1, rows / columns) · O.
/// </summary>
/// <remarks>
/// <para>O: X = u / ‖u‖; five times A = X·Xᵀ, X = 3.4445·X + (−4.7750·A + 2.0315·A·A)·X, transposed first if it is tall. All in float32
/// with the products' own order of summation: threads do not change a bit. Within 2e-6 of the double reference after two steps (MuonTests).</para>
/// <para>The factor √max(1, rows / columns) keeps what a step does to the layer's output alike for wide and tall matrices. It goes with a rate
/// of Muon's own (about 0.02); 0.2·√max(rows, columns) would imitate AdamW's step to share AdamW's rate, which nothing here does.</para>
/// </remarks>
public sealed unsafe class Muon(MuonSettings settings) : IDisposable
{
    readonly Dictionary<(int Rows, int Columns), MuonWorkspace> _workspaces = [];

    /// <summary>One step over a matrix [rows, columns]. <paramref name="momentum"/> is its state, zero before the first step.</summary>
    public void Step(
        Span<float> weights, ReadOnlySpan<float> gradient, Span<float> momentum, int rows, int columns,
        float learningRate, float gradientScale, Workers workers)
    {
        Require.Length((ReadOnlySpan<float>)weights, (long)rows * columns);
        Require.Length(gradient, weights.Length);
        Require.Length((ReadOnlySpan<float>)momentum, weights.Length);
        var workspace = Workspace(rows, columns);
        var update = workspace.Update;
        AddMomentum(gradient, gradientScale, settings.Momentum, momentum, update);
        workspace.Orthogonalize(workers);
        float kept = 1 - (learningRate * settings.WeightDecay);
        float rate = learningRate * MathF.Sqrt(MathF.Max(1, (float)rows / columns));
        Combine(kept, weights, -rate, update, weights);
    }

    public void Dispose()
    {
        foreach (var workspace in _workspaces.Values)
        {
            workspace.Dispose();
        }

        _workspaces.Clear();
    }

    // Matrices of one shape take turns in one workspace.
    MuonWorkspace Workspace(int rows, int columns)
    {
        if (!_workspaces.TryGetValue((rows, columns), out var workspace))
        {
            workspace = new(rows, columns);
            _workspaces.Add((rows, columns), workspace);
        }

        return workspace;
    }

    static void AddMomentum(ReadOnlySpan<float> gradient, float scale, float kept, Span<float> momentum, Span<float> update)
    {
        int i = 0;
        for (; i <= gradient.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            var g = new Vector<float>(gradient[i..]) * scale;
            var m = (new Vector<float>(momentum[i..]) * kept) + g;
            m.CopyTo(momentum[i..]);
            ((m * kept) + g).CopyTo(update[i..]);
        }

        for (; i < gradient.Length; i++)
        {
            float g = gradient[i] * scale;
            momentum[i] = (momentum[i] * kept) + g;
            update[i] = (momentum[i] * kept) + g;
        }
    }

    /// <summary>result = a · x + b · y.</summary>
    internal static void Combine(float a, ReadOnlySpan<float> x, float b, ReadOnlySpan<float> y, Span<float> result)
    {
        int i = 0;
        for (; i <= result.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            ((new Vector<float>(x[i..]) * a) + (new Vector<float>(y[i..]) * b)).CopyTo(result[i..]);
        }

        for (; i < result.Length; i++)
        {
            result[i] = (x[i] * a) + (y[i] * b);
        }
    }
}
