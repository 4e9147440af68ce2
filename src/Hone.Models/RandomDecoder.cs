using Hone.Models.Configuration;
using Hone.Tensors;
using Hone.Tensors.Kernels;

namespace Hone.Models;

/// <summary>
/// A decoder with random weights: matrices of standard deviation 0.02, those that write to the residual stream divided by √(2L); norms 1; biases 0.
/// </summary>
/// <remarks>Weights are a function of (seed, parameter, element) alone.</remarks>
public static unsafe class RandomDecoder
{
    const double StandardDeviation = 0.02;

    /// <summary>Normal weights in F32 that can be trained: where a base model starts.</summary>
    public static Decoder Create(DecoderConfig config, Device device, ulong seed)
    {
        var random = new Philox(seed, RandomPurpose.ModelStart);
        return Build(config, device, (name, index, rows, columns, deviation) =>
            Parameter.Matrix(name, rows, columns, Normal(random, (uint)index, checked(rows * columns), deviation)));
    }

    /// <summary>Uniform weights in BF16 that stay frozen, half a billion in a second or two: a stand-in for a checkpoint when speed is measured.</summary>
    public static Decoder CreateFrozen(DecoderConfig config, Device device, ulong seed) =>
        Build(config, device, (name, index, rows, columns, deviation) =>
        {
            using var values = new NativeBuffer((long)rows * columns * sizeof(ushort));
            Uniform(device, Mix((uint)seed ^ Mix((uint)(seed >> 32) ^ Mix((uint)index))), (ushort*)values.Pointer, rows, columns, deviation);
            return Parameter.FrozenMatrix(name, PackedMatrix.FromBf16((ushort*)values.Pointer, rows, columns, (device as CpuDevice)?.Workers));
        });

    static Decoder Build(DecoderConfig config, Device device, Func<string, int, int, int, double, Parameter> matrix)
    {
        var shapes = DecoderTensors.Held(config).Select((tensor, index) => (tensor.Name, tensor.Shape, Index: index))
            .ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
        Parameter Matrix(string name)
        {
            var (_, shape, index) = shapes[name];
            var (rows, columns) = ((int)shape[0], (int)shape[1]);
            bool writesResidual = name.EndsWith("o_proj.weight", StringComparison.Ordinal) || name.EndsWith("down_proj.weight", StringComparison.Ordinal);
            return matrix(name, index, rows, columns, writesResidual ? StandardDeviation / Math.Sqrt(2.0 * config.Layers) : StandardDeviation);
        }

        Parameter Vector(string name)
        {
            float[] values = new float[shapes[name].Shape[0]];
            Array.Fill(values, DecoderTensors.IsNorm(name) ? 1f : 0f);
            return Parameter.Vector(name, values);
        }

        return DecoderLoader.Build(config, device, Matrix, Vector);
    }

    static float[] Normal(Philox random, uint parameter, int count, double deviation)
    {
        float[] values = new float[count];
        for (int i = 0; i < count; i += 2)
        {
            var (first, second) = random.Normal(parameter, (uint)i, 0, 0);
            values[i] = (float)(first * deviation);
            if (i + 1 < count)
            {
                values[i + 1] = (float)(second * deviation);
            }
        }

        return values;
    }

    // A hash of the element's number, in ±√3 · deviation.
    static void Uniform(Device device, uint key, ushort* values, int rows, int columns, double deviation)
    {
        float step = (float)(deviation * Math.Sqrt(3) / (1 << 23));
        device.ForEach(rows, row =>
        {
            long first = (long)row * columns;
            for (int i = 0; i < columns; i++)
            {
                int centered = (int)(Mix((uint)(first + i) ^ key) >> 8) - (1 << 23);
                values[first + i] = Bf16.Narrow(centered * step);
            }
        });
    }

    static uint Mix(uint x)
    {
        x = (x ^ (x >> 16)) * 0x7FEB352D;
        x = (x ^ (x >> 15)) * 0x846CA68B;
        return x ^ (x >> 16);
    }
}
