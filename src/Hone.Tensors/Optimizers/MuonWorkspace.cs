using Hone.Tensors.Kernels;

namespace Hone.Tensors.Optimizers;

/// <summary>Newton-Schulz orthogonalisation of matrices of one shape, with the memory that it needs.</summary>
sealed unsafe class MuonWorkspace : IDisposable
{
    // Chosen (by the authors of Muon) for the steepest rise at 0 of an odd quintic that keeps [0, 1] within about [0.7, 1.2].
    const float Linear = 3.4445f, Cubic = -4.7750f, Quintic = 2.0315f;

    // Enough to bring singular values within about 1 ± 0.3, which is near enough.
    const int Iterations = 5;

    readonly int _rows, _columns;
    readonly NativeBuffer _update, _x, _a, _aSquared;
    readonly PackedMatrix _packedX, _packedA;

    public MuonWorkspace(int rows, int columns)
    {
        _rows = rows;
        _columns = columns;
        long square = (long)Short * Short * sizeof(float);
        _update = new((long)rows * columns * sizeof(float));
        _x = new(IsTall ? _update.Bytes : 0);
        _a = new(square);
        _aSquared = new(square);
        _packedX = PackedMatrix.FromF32(_update.Floats, Short, Long);
        _packedA = PackedMatrix.FromF32(_a.Floats, Short, Short);
    }

    /// <summary>[rows, columns]: what <see cref="Orthogonalize"/> works on in place.</summary>
    public Span<float> Update => new(_update.Floats, _rows * _columns);

    bool IsTall => _rows > _columns;

    int Short => Math.Min(_rows, _columns);

    int Long => Math.Max(_rows, _columns);

    public void Orthogonalize(Workers workers)
    {
        float* x = IsTall ? _x.Floats : _update.Floats;
        var X = new Span<float>(x, Short * Long);
        Normalize(Update);
        if (IsTall)
        {
            WordTranspose.Run(_update.Floats, (nint)_columns * sizeof(float), _rows, _columns, x, _rows);
        }

        for (int i = 0; i < Iterations; i++)
        {
            Iterate(x, X, workers);
        }

        if (IsTall)
        {
            WordTranspose.Run(x, (nint)_rows * sizeof(float), _columns, _rows, _update.Floats, _columns);
        }
    }

    public void Dispose()
    {
        _update.Dispose();
        _x.Dispose();
        _a.Dispose();
        _aSquared.Dispose();
        _packedX.Dispose();
        _packedA.Dispose();
    }

    void Iterate(float* x, Span<float> X, Workers workers)
    {
        var A = new Span<float>(_a.Floats, Short * Short);
        var squared = new Span<float>(_aSquared.Floats, A.Length);
        _packedX.Repack(x, workers);
        MatMul.Forward(x, Short, _packedX, _a.Floats, accumulate: false, workers);
        _packedA.Repack(_a.Floats, workers);
        MatMul.Forward(_a.Floats, Short, _packedA, _aSquared.Floats, accumulate: false, workers);
        Muon.Combine(Cubic, A, Quintic, squared, A);
        Muon.Combine(Linear, X, 0, X, X);
        MatMul.InputGradient(_a.Floats, Short, _packedX, x, accumulate: true, workers);
    }

    // The norm bounds the largest singular value; a zero matrix stays zero.
    static void Normalize(Span<float> x)
    {
        float scale = (float)(1 / (Math.Sqrt(GradientClip.SumOfSquares(x)) + 1e-7));
        Muon.Combine(scale, x, 0, x, x);
    }
}
