using Hone.Tensors;
using Hone.Tensors.Ops;
using Hone.Tests.Support;

namespace Hone.Tests.Tensors.Ops;

/// <summary>A router and experts with adapters and biases, on the tape and in double.</summary>
sealed class ExpertBlock : IDisposable
{
    public const int C = 7, F = 5, E = 6, K = 2, R = 2;
    const float Scale = 0.5f, Alpha = 1.702f, Limit = 1.2f;

    readonly bool _clamps, _overAll;
    readonly SortedDictionary<string, Parameter> _parameters = new(StringComparer.Ordinal);
    readonly Expert[] _experts;

    public ExpertBlock(bool clamps, bool overAll, bool adapts, bool biases)
    {
        (_clamps, _overAll) = (clamps, overAll);
        Matrix("router", E, C, 2);
        _experts = [.. Enumerable.Range(0, E).Select(e => new Expert(
            Layer($"{e}.gate", F, C, adapts, biases), Layer($"{e}.up", F, C, adapts, biases), Layer($"{e}.down", C, F, adapts, biases)))];
    }

    public IReadOnlyDictionary<string, Parameter> Parameters => _parameters;

    public Tensor Apply(Tape tape, Tensor x, Tensor? residual)
    {
        var weights = tape.Route(tape.Linear(x, _parameters["router"]), K, _overAll, out var rows);
        return tape.Experts(x, rows, weights, _experts, _clamps ? new(Alpha, Limit) : null, residual);
    }

    /// <summary>Where each row goes, so that differences do not change it.</summary>
    public int[][] Choices(double[] x) => [.. Enumerable.Range(0, x.Length / C).Select(t =>
    {
        double[] logits = Product(x[(t * C)..((t + 1) * C)], Values("router"));
        return Enumerable.Range(0, E).OrderByDescending(e => logits[e]).Take(K).ToArray();
    })];

    /// <summary>Σ y · dy in double, one parameter (or x) being <paramref name="values"/>; the residual is x.</summary>
    public double Loss(double[] x, int[][] choices, float[] dy, string? name = null, double[]? values = null)
    {
        double[] Of(string parameter) => parameter == name ? values! : Values(parameter);
        double loss = 0;
        for (int t = 0; t < choices.Length; t++)
        {
            double[] row = x[(t * C)..((t + 1) * C)], logits = Product(row, Of("router"));
            double sum = _overAll ? logits.Sum(Math.Exp) : choices[t].Sum(e => Math.Exp(logits[e]));
            for (int c = 0; c < C; c++)
            {
                loss += dy[(t * C) + c] * row[c];
            }

            foreach (int e in choices[t])
            {
                double[] y = ExpertOf(e, row, Of);
                loss += Math.Exp(logits[e]) / sum * y.Select((v, c) => v * dy[(t * C) + c]).Sum();
            }
        }

        return loss;
    }

    public void Dispose()
    {
        foreach (var parameter in _parameters.Values)
        {
            parameter.Dispose();
        }
    }

    double[] ExpertOf(int e, double[] x, Func<string, double[]> of)
    {
        double[] gate = LayerOf($"{e}.gate", x, of), up = LayerOf($"{e}.up", x, of);
        return LayerOf($"{e}.down", [.. gate.Zip(up, Activate)], of);
    }

    double Activate(double gate, double up)
    {
        if (!_clamps)
        {
            return gate * up / (1 + Math.Exp(-gate));
        }

        double g = Math.Min(gate, Limit);
        return (Math.Clamp(up, -Limit, Limit) + 1) * g / (1 + Math.Exp(-Alpha * g));
    }

    double[] LayerOf(string name, double[] x, Func<string, double[]> of)
    {
        double[] y = Product(x, of(name));
        if (_parameters.ContainsKey(name + ".A"))
        {
            double[] low = Product(Product(x, of(name + ".A")), of(name + ".B"));
            y = [.. y.Zip(low, (a, b) => a + (Scale * b))];
        }

        return _parameters.ContainsKey(name + ".bias") ? [.. y.Zip(of(name + ".bias"), (a, b) => a + b)] : y;
    }

    double[] Values(string name) => Doubles.Of(_parameters[name].Read());

    static double[] Product(double[] x, double[] w) =>
        [.. Enumerable.Range(0, w.Length / x.Length).Select(n => x.Select((v, k) => v * w[(n * x.Length) + k]).Sum())];

    LinearWeights Layer(string name, int rows, int columns, bool adapts, bool biases)
    {
        var weight = Matrix(name, rows, columns, 1);
        var adapter = adapts ? new LowRank(Matrix(name + ".A", R, columns, 1), Matrix(name + ".B", rows, R, 1), Scale) : null;
        var bias = biases ? _parameters[name + ".bias"] = Parameter.Vector(name + ".bias", Randoms.Normal(rows, _parameters.Count)) : null;
        return new(weight, adapter, bias);
    }

    Parameter Matrix(string name, int rows, int columns, double scale) =>
        _parameters[name] = Parameter.Matrix(name, rows, columns, Randoms.Normal(rows * columns, _parameters.Count, scale / Math.Sqrt(columns)));
}
