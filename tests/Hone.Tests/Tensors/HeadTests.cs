using Hone.Tensors;
using Hone.Tensors.Kernels;
using Hone.Tests.Support;
using Hone.Tests.Tensors.Kernels.Reference;

namespace Hone.Tests.Tensors;

/// <summary>Vocabularies of less than a block, of some blocks, and of more than a segment.</summary>
[Trait("Tier", "all")]
public sealed unsafe class HeadTests : IDisposable
{
    const int K = 7;

    readonly Workers _one = new(1);
    readonly Arena _arena = new();

    public static TheoryData<int> Vocabularies => [1, 33, 1024, 1025, 2500, 8192, 20_001];

    public static TheoryData<int, Compute> VocabulariesAndComputes => new()
    {
        { 1, Compute.F32 }, { 33, Compute.F32 }, { 1025, Compute.F32 }, { 20_001, Compute.F32 },
        { 1, Compute.Bf16 }, { 33, Compute.Bf16 }, { 1025, Compute.Bf16 }, { 20_001, Compute.Bf16 },
    };

    public void Dispose()
    {
        _arena.Dispose();
        _one.Dispose();
    }

    [Theory, MemberData(nameof(Vocabularies))]
    public void Directions_and_log_probabilities_match_the_reference(int V)
    {
        float[] weights = Randoms.Normal(V * K, seed: V), hidden = Randoms.Normal(3 * K, seed: 5);
        var (predictions, directions) = Run(_one, weights, hidden, 3, V);

        for (int i = 0; i < predictions.Count; i++)
        {
            double[] logits = Logits(weights, hidden.AsSpan(predictions.Rows[i] * K, K));
            double[] expected = LogSoftmaxReference.LogProbabilities(logits, predictions.InverseTemperature);
            Close.AssertEqual(expected[predictions.Targets[i]], predictions.LogProbabilities[i], 2e-6, 2e-6);
            Close.AssertEqual(LogSoftmaxReference.Entropy(logits, predictions.InverseTemperature), predictions.Entropies[i], 2e-6, 2e-6);
            Close.AssertAll(Direction(weights, expected, predictions.Targets[i], predictions.InverseTemperature), directions[i], 1e-4, 1e-5);
        }
    }

    [Theory, MemberData(nameof(VocabulariesAndComputes))]
    public void Rows_and_threads_leave_no_trace(int V, Compute compute)
    {
        float[] weights = Randoms.Normal(V * K, seed: V), hidden = Randoms.Normal(400 * K, seed: 6);
        using var three = new Workers(3);

        var (many, directionsOfMany) = Run(three, weights, hidden, 400, V, compute);
        var (few, directionsOfFew) = Run(_one, weights, hidden[..(2 * K)], 2, V, compute);

        Assert.Equal(few.LogProbabilities[..2], many.LogProbabilities[..2]);
        Assert.Equal(few.Entropies[..2], many.Entropies[..2]);
        Assert.Equal(directionsOfFew[0], directionsOfMany[0]);
        Assert.Equal(directionsOfFew[1], directionsOfMany[1]);
    }

    [Theory, MemberData(nameof(VocabulariesAndComputes))]
    public void A_row_of_logits_says_the_same(int V, Compute compute)
    {
        float[] weights = Randoms.Normal(V * K, seed: V), hidden = Randoms.Normal(K, seed: 7);
        var (predictions, _) = Run(_one, weights, hidden, 1, V, compute);
        var logits = _arena.New(1, V);
        fixed (float* x = hidden)
        {
            using var packed = Packed(weights, V, compute);
            new CpuDevice(_one, compute).Linear(new Tensor(x, 1, K), packed, logits, start: null);
        }

        LogSoftmax.Forward(logits.Span, predictions.InverseTemperature, out float logSumExp, out float entropy);

        Assert.Equal(predictions.Entropies[0], entropy);
        Assert.Equal(
            predictions.LogProbabilities[0],
            LogSoftmax.LogProbability(logits.Span[predictions.Targets[0]], predictions.InverseTemperature, logSumExp));
    }

    (HeadPredictions Predictions, float[][] Directions) Run(Workers workers, float[] weights, float[] hidden, int rows, int V, Compute compute = Compute.F32)
    {
        int[] order = [.. Enumerable.Range(0, rows), 0];
        var predictions = new HeadPredictions(order, [.. order.Select((row, i) => (int)((row + 1 + (7919L * (i % 3))) % V))], 1.25f);
        var directions = _arena.New(order.Length, K);
        fixed (float* x = hidden)
        {
            using var packed = Packed(weights, V, compute);
            new CpuDevice(workers, compute).Head(new Tensor(x, rows, K), packed, predictions, directions, _arena);
        }

        return (predictions, [.. Enumerable.Range(0, order.Length).Select(i => directions.RowSpan(i).ToArray())]);
    }

    static PackedMatrix Packed(float[] weights, int V, Compute compute)
    {
        ushort[] halves = new ushort[weights.Length];
        Bf16.Narrow(weights, halves);
        fixed (float* w = weights)
        fixed (ushort* h = halves)
        {
            return compute == Compute.F32 ? PackedMatrix.FromF32(w, V, K) : PackedMatrix.FromBf16(h, V, K);
        }
    }

    static double[] Logits(float[] weights, ReadOnlySpan<float> x)
    {
        var logits = new double[weights.Length / K];
        for (int i = 0; i < weights.Length; i++)
        {
            logits[i / K] += (double)weights[i] * x[i % K];
        }

        return logits;
    }

    static double[] Direction(float[] weights, double[] logProbabilities, int target, double inverseTemperature)
    {
        var direction = new double[K];
        for (int i = 0; i < weights.Length; i++)
        {
            double share = (i / K == target ? 1 : 0) - Math.Exp(logProbabilities[i / K]);
            direction[i % K] += inverseTemperature * share * weights[i];
        }

        return direction;
    }
}
