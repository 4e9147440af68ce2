using Hone.Tensors.Kernels;

namespace Hone.Tensors;

/// <summary>
/// A weight of a model. A frozen matrix is held packed only, as the checkpoint stored it; what trains has F32 values and a gradient tree
/// besides. Vectors (norm weights) are one row of F32 values.
/// </summary>
public sealed unsafe class Parameter : IDisposable
{
    readonly NativeBuffer? _valueBuffer;
    NativeBuffer? _gradientBuffer;

    Parameter(string name, int rows, int columns, PackedMatrix? packed, NativeBuffer? values)
    {
        Name = name;
        Rows = rows;
        Columns = columns;
        Packed = packed;
        _valueBuffer = values;
        Values = values is null ? null : new Tensor(values.Floats, rows, columns);
    }

    /// <summary>The name in checkpoints, such as <c>model.layers.0.mlp.up_proj.weight</c>.</summary>
    public string Name { get; }
    public int Rows { get; }
    public int Columns { get; }
    public bool IsVector => Packed is null;

    /// <summary>The matrix as products read it; null for vectors.</summary>
    public PackedMatrix? Packed { get; }

    /// <summary>F32 values, row-major; null for a frozen matrix.</summary>
    public Tensor? Values { get; private init; }

    /// <summary>Sums the groups' gradients of a step; null while frozen.</summary>
    public GradientTree? Tree { get; private set; }

    /// <summary>The step's gradient, once <see cref="FinishGradient"/> was called.</summary>
    public Tensor? Gradient { get; private set; }

    public bool Trains => Tree is not null;

    public static Parameter FrozenMatrix(string name, PackedMatrix packed) => new(name, packed.N, packed.K, packed, null);

    /// <summary>A matrix without memory, frozen or trained, for a device that only looks at shapes.</summary>
    public static Parameter OfShape(string name, int rows, int columns, ElementType type, bool trains) =>
        new(name, rows, columns, PackedMatrix.OfShape(rows, columns, type), null)
        {
            Values = trains ? Tensor.OfShape(rows, columns) : null,
            Tree = trains ? new GradientTree(rows, columns) : null,
            Gradient = trains ? Tensor.OfShape(rows, columns) : null,
        };

    /// <summary>A matrix with F32 values that can be trained.</summary>
    public static Parameter Matrix(string name, int rows, int columns, ReadOnlySpan<float> values)
    {
        var buffer = Fill(name, rows, columns, values);
        return new(name, rows, columns, PackedMatrix.FromF32(buffer.Floats, rows, columns), buffer);
    }

    public static Parameter Vector(string name, ReadOnlySpan<float> values) =>
        new(name, 1, values.Length, null, Fill(name, 1, values.Length, values));

    /// <summary>Asks for gradients. Only a parameter with values can train.</summary>
    public void Train()
    {
        if (Values is null)
        {
            throw new InvalidOperationException($"'{Name}' was loaded frozen and has no values to train.");
        }

        if (!Trains)
        {
            Tree = new GradientTree(Rows, Columns);
            (_gradientBuffer, Gradient) = NativeBuffer.Matrix(Rows, Columns);
        }
    }

    /// <summary>Folds the groups' sums into <see cref="Gradient"/> and makes the tree ready for the next step.</summary>
    public void FinishGradient(Device device) => device.FinishGradient(Tree!, Gradient!);

    /// <summary>The weights in F32, row-major.</summary>
    public float[] Read()
    {
        float[] values = new float[(long)Rows * Columns];
        for (int row = 0; row < Rows; row++)
        {
            var target = values.AsSpan(row * Columns, Columns);
            if (Values is { } own)
            {
                own.RowSpan(row).CopyTo(target);
            }
            else
            {
                Packed!.CopyRow(row, target);
            }
        }

        return values;
    }

    /// <summary>Call after <see cref="Values"/> changed.</summary>
    public void Refresh(Device device)
    {
        if (Packed is not null)
        {
            device.Repack(Packed, Values!);
        }
    }

    public void Dispose()
    {
        Packed?.Dispose();
        Tree?.Dispose();
        _valueBuffer?.Dispose();
        _gradientBuffer?.Dispose();
    }

    static NativeBuffer Fill(string name, int rows, int columns, ReadOnlySpan<float> values)
    {
        Require.Length(values, (long)rows * columns, name);
        var buffer = new NativeBuffer((long)rows * columns * sizeof(float));
        values.CopyTo(new Span<float>(buffer.Floats, values.Length));
        return buffer;
    }
}
