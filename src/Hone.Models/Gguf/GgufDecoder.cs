using Hone.Models.Configuration;
using Hone.Models.Weights;
using Hone.Tensors;
using Hone.Tensors.Kernels;

namespace Hone.Models.Gguf;

/// <summary>A decoder out of a GGUF file, from its own metadata and tensors: what another program would make of it.</summary>
public static unsafe class GgufDecoder
{
    /// <summary>BF16 matrices stay BF16; all others are widened to F32.</summary>
    /// <exception cref="ModelFileException">The file is damaged, or holds another model than Hone runs; all missing tensors are named.</exception>
    public static Decoder Load(string path, Device device)
    {
        using var file = GgufFile.Open(path);
        var config = GgufConfiguration.Read(file);
        Check(file, config);
        List<string> broken = [];
        var decoder = DecoderLoader.Build(
            config, device, name => Matrix(file, config, name, broken), name => Parameter.Vector(name, Values(file, config, name, broken)));
        if (broken.Count > 0)
        {
            decoder.Dispose();
            throw new ModelFileException(path, broken);
        }

        return decoder;
    }

    static void Check(GgufFile file, DecoderConfig config)
    {
        List<string> problems = [];
        var known = new HashSet<string>(StringComparer.Ordinal)
        {
            GgufNames.RopeDivisors, GgufNames.LongDivisors, GgufNames.ShortDivisors,
        };
        foreach (var (published, shape) in DecoderTensors.All(config))
        {
            string name = GgufNames.Of(published, config);
            known.Add(name);
            if (!file.Tensors.TryGetValue(name, out var entry))
            {
                problems.Add($"tensor '{name}' is missing.");
            }
            else if (!entry.Shape.AsSpan().SequenceEqual(shape))
            {
                problems.Add($"tensor '{name}' is {entry.ShapeText}, but the metadata needs [{string.Join(", ", shape)}].");
            }
        }

        problems.AddRange(file.Tensors.Keys.Where(name => !known.Contains(name)).Select(name => $"tensor '{name}' has no place in the model."));
        if (problems.Count > 0)
        {
            throw new ModelFileException(file.Path, problems);
        }
    }

    static float[] Values(GgufFile file, DecoderConfig config, string published, List<string> broken)
    {
        string name = GgufNames.Of(published, config);
        float[] values = file.ReadF32(name);
        fixed (float* pointer = values)
        {
            if (!FiniteWeights.All((byte*)pointer, values.Length, ElementKind.F32))
            {
                broken.Add($"tensor '{name}' holds NaN or infinity; the file is damaged.");
            }
        }

        return GgufNumbers.FromFile(config, published, values);
    }

    static Parameter Matrix(GgufFile file, DecoderConfig config, string published, List<string> broken)
    {
        var entry = file.Entry(GgufNames.Of(published, config));
        var (rows, columns) = ((int)entry.Shape[0], (int)entry.Shape[1]);
        float[] values = Values(file, config, published, broken);
        if (entry.Kind != GgufTensorKind.BF16)
        {
            fixed (float* numbers = values)
            {
                return Parameter.FrozenMatrix(published, PackedMatrix.FromF32(numbers, rows, columns));
            }
        }

        ushort[] bits = new ushort[values.Length];
        Bf16.Narrow(values, bits);
        fixed (ushort* numbers = bits)
        {
            return Parameter.FrozenMatrix(published, PackedMatrix.FromBf16(numbers, rows, columns));
        }
    }
}
