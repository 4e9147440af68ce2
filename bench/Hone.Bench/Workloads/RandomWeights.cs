using Hone.Models;
using Hone.Models.Configuration;
using Hone.Tensors;
using Hone.Tensors.Kernels;

namespace Hone.Bench.Workloads;

/// <summary>Matrices whose values do not matter: uniform, small enough that products stay finite, and quick to make.</summary>
static unsafe class RandomWeights
{
    const float Deviation = 0.02f;

    public static Decoder Decoder(DecoderConfig config, Device device)
    {
        var shapes = DecoderTensors.All(config).ToDictionary(tensor => tensor.Name, tensor => tensor.Shape, StringComparer.Ordinal);
        return DecoderLoader.Build(
            config, device,
            name => Parameter.FrozenMatrix(name, Matrix((int)shapes[name][0], (int)shapes[name][1], ElementType.F32)),
            name =>
            {
                float[] ones = new float[shapes[name][0]];
                Array.Fill(ones, 1f);
                return Parameter.Vector(name, ones);
            });
    }

    public static PackedMatrix Matrix(int rows, int columns, ElementType type)
    {
        long count = (long)rows * columns;
        using var values = new NativeBuffer(count * (type == ElementType.BF16 ? sizeof(ushort) : sizeof(float)));
        if (type == ElementType.BF16)
        {
            Fill((ushort*)values.Pointer, count);
            return PackedMatrix.FromBf16((ushort*)values.Pointer, rows, columns);
        }

        Fill(values.Floats, count);
        return PackedMatrix.FromF32(values.Floats, rows, columns);
    }

    public static void Fill(Tensor tensor) => Fill(tensor.Pointer, tensor.Length);

    static void Fill(float* values, long count)
    {
        uint state = 1;
        for (long i = 0; i < count; i++)
        {
            values[i] = Next(ref state);
        }
    }

    static void Fill(ushort* values, long count)
    {
        uint state = 1;
        for (long i = 0; i < count; i++)
        {
            values[i] = Bf16.Narrow(Next(ref state));
        }
    }

    // Uniform with this deviation: the width of the interval is √12 times as large.
    static float Next(ref uint state)
    {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        return ((state >> 8) * (1f / (1 << 24)) - 0.5f) * (Deviation * 3.4641f);
    }
}
