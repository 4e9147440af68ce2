using Hone.Models;
using Hone.Models.Configuration;
using Hone.Tensors;
using Hone.Tensors.Kernels;
using Hone.Tests.Support;

namespace Hone.Tests.Models;

/// <summary>A small decoder with random weights: QK-norm, grouped heads, and widths that fill no vector.</summary>
static class RandomDecoder
{
    public static DecoderConfig Config { get; } = new()
    {
        ModelType = "qwen3",
        VocabularySize = 97,
        HiddenSize = 52,
        Layers = 2,
        Heads = 4,
        KeyValueHeads = 2,
        HeadWidth = 20,
        FeedForwardWidth = 76,
        NormEpsilon = 1e-6f,
        Ropes = [new(10_000)],
        QkNorm = QkNorm.PerHead,
        MaxPositions = 512,
    };

    /// <summary>With <see cref="Compute.Bf16"/> its matrices are frozen, as BF16.</summary>
    public static Decoder Create(Workers workers, bool tied = false, Compute compute = Compute.F32) =>
        Create(Config with { TieEmbeddings = tied }, workers, compute);

    public static Decoder Create(DecoderConfig config, Workers workers, Compute compute = Compute.F32)
    {
        var shapes = DecoderTensors.Held(config).ToDictionary(tensor => tensor.Name, tensor => tensor.Shape);
        return DecoderLoader.Build(
            config, new CpuDevice(workers, compute),
            name => Matrix(name, (int)shapes[name][0], (int)shapes[name][1], compute),
            name => Parameter.Vector(name, [.. Randoms.Normal((int)shapes[name][0], Seed(name), 0.2).Select(v => 1 + v)]));
    }

    /// <summary>An adapter on every linear layer whose two factors are both random.</summary>
    public static LoraAdapter Adapter(Decoder decoder, double strength = 1)
    {
        var adapter = LoraAdapter.Create(decoder, new AdapterConfig { Rank = 5, Alpha = 8 }, seed: 7);
        Perturb(decoder, adapter, seed: 1, 0.1 * strength);
        return adapter;
    }

    public static void Perturb(Decoder decoder, LoraAdapter adapter, int seed, double scale)
    {
        foreach (var parameter in adapter.Parameters)
        {
            var values = parameter.Values!.Span;
            float[] changes = Randoms.Normal(values.Length, seed + Seed(parameter.Name), scale);
            for (int i = 0; i < values.Length; i++)
            {
                values[i] += changes[i];
            }

            parameter.Refresh(decoder.Device);
        }
    }

    public static int[] Tokens(int count, int seed) => Randoms.Integers(count, Config.VocabularySize, seed);

    static unsafe Parameter Matrix(string name, int rows, int columns, Compute compute)
    {
        float[] values = Randoms.Normal(rows * columns, Seed(name), 1.5 / Math.Sqrt(columns));
        if (compute == Compute.F32)
        {
            return Parameter.Matrix(name, rows, columns, values);
        }

        fixed (ushort* halves = Array.ConvertAll(values, Bf16.Narrow))
        {
            return Parameter.FrozenMatrix(name, PackedMatrix.FromBf16(halves, rows, columns));
        }
    }

    // string.GetHashCode differs from process to process.
    static int Seed(string name) => name.Aggregate(17, (seed, letter) => unchecked((seed * 31) + letter)) & 0xFFFFFF;
}
