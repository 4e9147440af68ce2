using Hone.Models.Configuration;
using Hone.Tensors;
using Hone.Tensors.Kernels;

namespace Hone.Models.Weights;

/// <summary>
/// The experts of files that keep those of a layer in one tensor (<see cref="ExpertStorage"/>): read one expert at a time, each as gate, up and
/// down of its own.
/// </summary>
sealed unsafe class FusedExperts
{
    readonly WeightFiles _files;
    readonly bool _isMxfp4;
    readonly Dictionary<string, Part> _parts = new(StringComparer.Ordinal);

    public FusedExperts(DecoderConfig config, WeightFiles files)
    {
        _files = files;
        if (config.Experts is null or { Storage: ExpertStorage.Modules })
        {
            return;
        }

        _isMxfp4 = config.Experts.Storage == ExpertStorage.Mxfp4;
        foreach (int layer in Enumerable.Range(0, config.Layers).Where(layer => config.Layer(layer).HasExperts))
        {
            for (int expert = 0; expert < config.Experts.Count; expert++)
            {
                var modules = ExpertTensors.Modules(config, layer, expert);
                string gateUp = ExpertTensors.FusedName(layer, isDown: false), down = ExpertTensors.FusedName(layer, isDown: true);
                Add(modules[0], new(gateUp, expert, 0, 2, modules[0]));
                Add(modules[1], new(gateUp, expert, 1, 2, modules[1]));
                Add(modules[2], new(down, expert, 0, 1, modules[2]));
            }
        }
    }

    /// <summary>Tensors in which numbers that are none were found while they were read.</summary>
    public SortedSet<string> Broken { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether a parameter is a part of a fused tensor.</summary>
    public bool Has(string parameter) => _parts.ContainsKey(parameter);

    /// <summary>How a matrix is held while it is frozen.</summary>
    public ElementType TypeOf(string parameter) =>
        _isMxfp4 || _files.Entry(_parts[parameter].Tensor).Kind == ElementKind.BF16 ? ElementType.BF16 : ElementType.F32;

    public Parameter Matrix(string parameter, bool trainable, Workers? workers)
    {
        var part = _parts[parameter];
        var (rows, columns) = (part.Module.Outputs, part.Module.Inputs);
        if (TypeOf(parameter) == ElementType.F32)
        {
            float[] values = ReadF32(part);
            fixed (float* pointer = values)
            {
                return trainable
                    ? Parameter.Matrix(parameter, rows, columns, values)
                    : Parameter.FrozenMatrix(parameter, PackedMatrix.FromF32(pointer, rows, columns, workers));
            }
        }

        using var bits = new NativeBuffer((long)rows * columns * sizeof(ushort));
        ReadBf16(part, (ushort*)bits.Pointer);
        if (!trainable)
        {
            return Parameter.FrozenMatrix(parameter, PackedMatrix.FromBf16((ushort*)bits.Pointer, rows, columns, workers));
        }

        float[] widened = new float[(long)rows * columns];
        Widening.FromBf16((ushort*)bits.Pointer, widened);
        return Parameter.Matrix(parameter, rows, columns, widened);
    }

    /// <summary>A bias.</summary>
    public Parameter Vector(string parameter)
    {
        var part = _parts[parameter];
        int count = part.Module.Outputs;
        float[] all = ReadRange(part.Tensor + ExpertTensors.BiasSuffix, (long)part.Expert * count * part.Step, count * part.Step);
        return Parameter.Vector(parameter, [.. Enumerable.Range(0, count).Select(n => all[part.First + (n * part.Step)])]);
    }

    void Add(LinearModule module, Part part)
    {
        _parts[module.Weight] = part;
        if (module.HasBias)
        {
            _parts[module.Bias] = part;
        }
    }

    float[] ReadF32(Part part)
    {
        float[] source = ReadRange(part.Tensor, part.Start, part.Count);
        float[] target = new float[(long)part.Module.Outputs * part.Module.Inputs];
        fixed (float* from = source, to = target)
        {
            Turn(from, part, to);
        }

        return target;
    }

    void ReadBf16(Part part, ushort* target)
    {
        if (_isMxfp4)
        {
            ReadMxfp4(part, target);
            return;
        }

        using var mapped = _files.Map(part.Tensor, part.Start * sizeof(ushort), (long)part.Count * sizeof(ushort));
        Check(part.Tensor, mapped, part.Count);
        Turn((ushort*)mapped.Pointer, part, target);
    }

    // Outputs are down already; those of gate and up take turns.
    void ReadMxfp4(Part part, ushort* target)
    {
        int inputs = part.Module.Inputs, perRow = inputs / Mxfp4.BlockNumbers;
        long blocks = (long)part.Module.Outputs * part.Step * perRow, first = part.Expert * blocks;
        string scalesName = part.Tensor + ExpertTensors.ScalesSuffix;
        using var codes = _files.Map(part.Tensor + ExpertTensors.BlocksSuffix, first * Mxfp4.BlockBytes, blocks * Mxfp4.BlockBytes);
        using var scales = _files.Map(scalesName, first, blocks);
        for (int n = 0; n < part.Module.Outputs; n++, target += inputs)
        {
            long row = (long)((n * part.Step) + part.First) * perRow;
            long beyond = Mxfp4.Decode(codes.Pointer + (row * Mxfp4.BlockBytes), scales.Pointer + row, perRow, target);
            if (beyond >= 0)
            {
                long place = row + beyond;
                throw new ModelFileException(
                    _files.FileOf(scalesName).Path, _files.Entry(scalesName).Offset + first + place,
                    $"scale {scales.Pointer[place]} of '{scalesName}' makes a number that is infinite or none; the file is damaged.");
            }
        }
    }

    void Check(string name, MappedTensor values, long count)
    {
        if (!FiniteWeights.All(values.Pointer, count, _files.Entry(name).Kind))
        {
            Broken.Add(name);
        }
    }

    // Numbers of an F32, F16 or BF16 tensor, widened.
    float[] ReadRange(string name, long start, int count)
    {
        var kind = _files.Entry(name).Kind;
        using var mapped = _files.Map(name, start * kind.Width(), (long)count * kind.Width());
        Check(name, mapped, count);
        float[] values = new float[count];
        switch (kind)
        {
            case ElementKind.BF16:
                Widening.FromBf16((ushort*)mapped.Pointer, values);
                break;
            case ElementKind.F16:
                Widening.FromF16((Half*)mapped.Pointer, values);
                break;
            default:
                new ReadOnlySpan<float>(mapped.Pointer, count).CopyTo(values);
                break;
        }

        return values;
    }

    // [inputs, outputs · step], one column of each step, to [outputs, inputs]: a few inputs at a time, whose lines stay in the cache.
    static void Turn<T>(T* source, Part part, T* target)
        where T : unmanaged
    {
        const int Together = 32;
        int inputs = part.Module.Inputs, outputs = part.Module.Outputs;
        long row = (long)outputs * part.Step;
        for (int start = 0; start < inputs; start += Together)
        {
            int end = Math.Min(start + Together, inputs);
            for (int n = 0; n < outputs; n++)
            {
                T* from = source + (n * part.Step) + part.First, to = target + ((long)n * inputs);
                for (int k = start; k < end; k++)
                {
                    to[k] = from[k * row];
                }
            }
        }
    }

    // Column First of each Step columns of one expert.
    sealed record Part(string Tensor, int Expert, int First, int Step, LinearModule Module)
    {
        public int Count => checked(Module.Inputs * Module.Outputs * Step);

        public long Start => (long)Expert * Count;
    }
}
