using Hone.Models.Configuration;
using Hone.Tensors;

namespace Hone.Models;

/// <summary>A decoder with random weights: matrices normal with standard deviation 0.02, those that write to the residual stream divided by √(2L); norms 1.</summary>
public static class RandomDecoder
{
    const double StandardDeviation = 0.02;

    /// <summary>Weights are a function of (seed, parameter, element) alone.</summary>
    public static Decoder Create(DecoderConfig config, Device device, ulong seed)
    {
        var random = new Philox(seed, RandomPurpose.ModelStart);
        var shapes = DecoderTensors.All(config).ToArray();
        Parameter Matrix(string name)
        {
            int index = Array.FindIndex(shapes, shape => shape.Name == name);
            var (rows, columns) = ((int)shapes[index].Shape[0], (int)shapes[index].Shape[1]);
            bool writesResidual = name.EndsWith("o_proj.weight", StringComparison.Ordinal) || name.EndsWith("down_proj.weight", StringComparison.Ordinal);
            double deviation = writesResidual ? StandardDeviation / Math.Sqrt(2.0 * config.Layers) : StandardDeviation;
            return Parameter.Matrix(name, rows, columns, Normal(random, (uint)index, checked(rows * columns), deviation));
        }

        Parameter Vector(string name)
        {
            float[] ones = new float[Array.Find(shapes, shape => shape.Name == name).Shape[0]];
            Array.Fill(ones, 1f);
            return Parameter.Vector(name, ones);
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
}
