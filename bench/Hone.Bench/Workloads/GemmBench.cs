using System.Text.Json.Nodes;
using Hone.Bench.Probes;
using Hone.Tensors;
using Hone.Tensors.Kernels;
using Hone.Tensors.Measurement;

namespace Hone.Bench.Workloads;

/// <summary>What a matrix product is for.</summary>
public enum GemmRole
{
    Forward,
    InputGradient,
    WeightGradient,
}

/// <summary>A weight's shape, [N, K].</summary>
public readonly record struct MatrixShape(int N, int K)
{
    public override string ToString() => $"{N}x{K}";
}

/// <summary>Matrix products through the device, one result for each role, shape and height.</summary>
/// <param name="FromMemory">Products take turns over copies of the weights that no cache holds together.</param>
public sealed record GemmBench(
    IReadOnlyList<GemmRole> Roles, IReadOnlyList<int> Heights, IReadOnlyList<MatrixShape> Shapes, ElementType Weights, Compute Compute,
    bool FromMemory)
{
    /// <summary>Heights and shapes of the published table of kernel measurements.</summary>
    public static IReadOnlyList<int> UsualHeights { get; } = [1, 4, 16, 64, 256, 2048];

    public static IReadOnlyList<MatrixShape> UsualShapes { get; } =
        [new(256, 256), new(1024, 256), new(2048, 512), new(896, 896), new(4864, 896), new(896, 4864), new(151_936, 896)];

    // Several times any last-level cache of this class of machine.
    const long BytesOfCopies = 512L << 20;

    public void Run(BenchSession session)
    {
        var device = new CpuDevice(session.Workers, Compute);
        foreach (var role in Roles)
        {
            foreach (var shape in Shapes)
            {
                foreach (int height in Heights)
                {
                    Measure(session, device, role, shape, height);
                }
            }
        }
    }

    void Measure(BenchSession session, CpuDevice device, GemmRole role, MatrixShape shape, int height)
    {
        using var product = Product.Of(device, role, shape, height, Weights, FromMemory ? BytesOfCopies : 0);
        var parameters = new JsonObject
        {
            ["role"] = NameOf(role),
            ["m"] = height,
            ["n"] = shape.N,
            ["k"] = shape.K,
            ["weights"] = role == GemmRole.WeightGradient ? "f32" : NameOf(Weights),
            ["compute"] = role == GemmRole.WeightGradient ? "f32" : MeasuredModel.NameOf(Compute),
            ["from_memory"] = FromMemory,
        };
        session.Report("gemm", parameters, () => TimedCalls.Of(product.Run), (repeats, limits) => Figures(product, [.. repeats.SelectMany(all => all)], limits));
    }

    static JsonObject Figures(Product product, double[] calls, Limits limits)
    {
        var seconds = Spread.OfSeconds(calls);
        return new()
        {
            ["seconds"] = seconds.ToJson(),
            ["gflops"] = seconds.RateOf(product.Cost.Flops / 1e9).ToJson(),
            ["gbs"] = seconds.RateOf(product.Cost.Bytes / 1e9).ToJson(),
            ["share_of_peak"] = Spread.Round(limits.ArithmeticSeconds(product.Cost) / seconds.Median),
            ["share_of_read"] = Spread.Round(product.Cost.Bytes / seconds.Median / limits.MemoryBytes),
        };
    }

    public static string NameOf(GemmRole role) => role switch
    {
        GemmRole.InputGradient => "input-gradient",
        GemmRole.WeightGradient => "weight-gradient",
        _ => "forward",
    };

    public static string NameOf(ElementType type) => type == ElementType.BF16 ? "bf16" : "f32";

    // One product, ready to be run again and again.
    sealed class Product : IDisposable
    {
        readonly Arena _arena;
        readonly List<IDisposable> _owned = [];
        readonly Action[] _turns;
        int _turn;

        Product(Device device, int copies)
        {
            _arena = device.NewArena();
            _turns = new Action[copies];
        }

        public Cost Cost { get; private init; }

        public static Product Of(Device device, GemmRole role, MatrixShape shape, int height, ElementType weights, long bytesOfCopies)
        {
            double bytes = OperationCost.WeightBytes(shape.K, shape.N, weights);
            var product = new Product(device, Math.Max(1, (int)(bytesOfCopies / bytes)))
            {
                Cost = role switch
                {
                    GemmRole.Forward => OperationCost.Linear(height, shape.K, shape.N, weights, device.Compute, hasStart: false),
                    GemmRole.InputGradient => OperationCost.LinearInputGradient(height, shape.K, shape.N, weights, device.Compute, accumulate: false),
                    _ => OperationCost.LinearWeightGradient(height, shape.K, shape.N, groups: 1),
                },
            };
            Tensor x = product._arena.New(height, shape.K), y = product._arena.New(height, shape.N);
            RandomWeights.Fill(x);
            RandomWeights.Fill(y);
            for (int i = 0; i < product._turns.Length; i++)
            {
                product._turns[i] = role == GemmRole.WeightGradient
                    ? product.Gradient(device, x, y, shape)
                    : product.WithWeights(device, role, x, y, RandomWeights.Matrix(shape.N, shape.K, weights));
            }

            return product;
        }

        public void Run()
        {
            _turns[_turn]();
            _turn = (_turn + 1) % _turns.Length;
        }

        public void Dispose()
        {
            _owned.ForEach(one => one.Dispose());
            _arena.Dispose();
        }

        Action WithWeights(Device device, GemmRole role, Tensor x, Tensor y, PackedMatrix w)
        {
            _owned.Add(w);
            return role == GemmRole.Forward
                ? () => device.Linear(x, w, y, start: null)
                : () => device.LinearInputGradient(y, w, x, accumulate: false);
        }

        // Every product is the first leaf of its step: nothing is joined.
        Action Gradient(Device device, Tensor x, Tensor y, MatrixShape shape)
        {
            var tree = new GradientTree(shape.N, shape.K);
            _owned.Add(tree);
            int[] oneGroup = [0, x.Rows];
            return () =>
            {
                device.LinearWeightGradient(y, x, oneGroup, tree);
                tree.Advance(-tree.NextLeaf);
            };
        }
    }
}
