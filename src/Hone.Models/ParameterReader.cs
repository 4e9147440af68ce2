using Hone.Models.Configuration;
using Hone.Models.Weights;
using Hone.Tensors;
using Hone.Tensors.Kernels;

namespace Hone.Models;

/// <summary>Makes parameters of a folder's tensors, one mapped tensor at a time, and keeps the names of those with numbers that are none.</summary>
sealed unsafe class ParameterReader(DecoderConfig config, WeightFiles files, Device device, bool trainable)
{
    const int MostNames = 8;

    readonly List<string> _broken = [];
    readonly FusedExperts _fused = new(config, files);
    readonly Workers? _workers = (device as CpuDevice)?.Workers;

    /// <summary>BF16 stays BF16 while it is frozen; F16 is widened.</summary>
    public Parameter Matrix(string name)
    {
        if (_fused.Has(name))
        {
            return _fused.Matrix(name, trainable, _workers);
        }

        var entry = files.Entry(name);
        var (rows, columns) = ((int)entry.Shape[0], (int)entry.Shape[1]);
        using var mapped = files.Map(name);
        Check(entry, mapped.Pointer);
        if (entry.Kind == ElementKind.BF16 && !trainable)
        {
            return Parameter.FrozenMatrix(name, PackedMatrix.FromBf16((ushort*)mapped.Pointer, rows, columns, _workers));
        }

        if (entry.Kind == ElementKind.F32)
        {
            return Matrix(name, rows, columns, (float*)mapped.Pointer);
        }

        using var widened = new NativeBuffer((long)rows * columns * sizeof(float), clear: false);
        for (long row = 0; row < rows; row++)
        {
            Widen(entry.Kind, mapped.Pointer + (row * columns * sizeof(ushort)), new Span<float>(widened.Floats + (row * columns), columns));
        }

        return Matrix(name, rows, columns, widened.Floats);
    }

    public Parameter Vector(string name)
    {
        if (_fused.Has(name))
        {
            return _fused.Vector(name);
        }

        using (var mapped = files.Map(name))
        {
            Check(files.Entry(name), mapped.Pointer);
        }

        float[] values = files.ReadF32(name);
        if (config.NormAddsOne && DecoderTensors.IsNorm(name))
        {
            for (int i = 0; i < values.Length; i++)
            {
                values[i] += 1;
            }
        }

        return Parameter.Vector(name, values);
    }

    /// <exception cref="ModelFileException">Some tensors hold NaN or infinity.</exception>
    public void RequireFinite()
    {
        _broken.AddRange(_fused.Broken.Select(name => $"'{name}'"));
        if (_broken.Count > 0)
        {
            string others = _broken.Count > MostNames ? $" and {_broken.Count - MostNames} more" : "";
            throw new ModelFileException(
                files.Folder, $"{string.Join(", ", _broken.Take(MostNames))}{others} hold NaN or infinity; the file is damaged or its training "
                + "diverged: download it again or use another model.");
        }
    }

    Parameter Matrix(string name, int rows, int columns, float* values) => trainable
        ? Parameter.Matrix(name, rows, columns, new ReadOnlySpan<float>(values, CountToTrain(name, rows, columns)))
        : Parameter.FrozenMatrix(name, PackedMatrix.FromF32(values, rows, columns, _workers));

    int CountToTrain(string name, int rows, int columns)
    {
        long count = (long)rows * columns;
        return count <= Array.MaxLength ? (int)count : throw new ModelFileException(
            files.FileOf(name).Path, $"tensor '{name}' has {count} numbers, but {Array.MaxLength} are the most that can train; train an adapter instead.");
    }

    void Check(SafetensorsEntry entry, byte* values)
    {
        if (!FiniteWeights.All(values, entry.ElementCount, entry.Kind))
        {
            _broken.Add($"'{entry.Name}'");
        }
    }

    static void Widen(ElementKind kind, byte* source, Span<float> target)
    {
        if (kind == ElementKind.BF16)
        {
            Widening.FromBf16((ushort*)source, target);
        }
        else
        {
            Widening.FromF16((Half*)source, target);
        }
    }
}
