using Hone.Models.Configuration;

namespace Hone.Models.Export;

/// <summary>
/// Random weights of a configuration's shape, lively enough that sampling shows differences: logits have a standard deviation near 2, norms
/// differ from 1 and biases from 0. A function of (seed, tensor, element) alone.
/// </summary>
public sealed class RandomWeights(DecoderConfig config, ulong seed) : WeightSource(config)
{
    const double LogitDeviation = 2, NormDeviation = 0.1, BiasDeviation = 0.05;

    public override float[] Read(string name)
    {
        int index = Tensors.Select((tensor, i) => (tensor.Name, i)).First(tensor => tensor.Name == name).i;
        long[] shape = Tensors[index].Shape;
        var (mean, deviation) = Spread(name, shape);
        float[] values = new float[checked(shape.Aggregate(1L, (count, dimension) => count * dimension))];
        // Uniform numbers in ±√3 have deviation 1.
        ulong key = Mix(seed ^ Mix((ulong)index + 1));
        double step = deviation * Math.Sqrt(3) / (1L << 31);
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (float)(mean + (step * (int)(Mix(key + (ulong)i) >> 32)));
        }

        return values;
    }

    (double Mean, double Deviation) Spread(string name, long[] shape)
    {
        if (shape.Length == 1)
        {
            return DecoderTensors.IsNorm(name) ? (Config.NormAddsOne ? 0 : 1, NormDeviation) : (0, BiasDeviation);
        }

        double unit = 1 / Math.Sqrt(shape[^1]);
        bool writesResidual = name.EndsWith("o_proj.weight", StringComparison.Ordinal) || name.EndsWith("down_proj.weight", StringComparison.Ordinal);
        return name is DecoderTensors.Embedding or DecoderTensors.Head ? (0, LogitDeviation * unit)
            : (0, writesResidual ? unit / Math.Sqrt(2 * Config.Layers) : unit);
    }

    static ulong Mix(ulong x)
    {
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return x ^ (x >> 31);
    }
}
