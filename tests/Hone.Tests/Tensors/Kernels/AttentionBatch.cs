using Hone.Tensors;
using Hone.Tensors.Kernels;
using Hone.Tests.Support;

namespace Hone.Tests.Tensors.Kernels;

/// <summary>Groups of one prompt and its completions with random q, k, v and dy, and what the device makes of them.</summary>
sealed unsafe class AttentionBatch : IDisposable
{
    readonly Arena _arena = new();
    readonly CpuDevice _device;
    readonly AttentionPlan _plan = new();
    readonly List<int[]> _sight = [];
    readonly KeyValuePages _pages;
    readonly Tensor _logSumExp;

    public AttentionBatch(AttentionShape shape, Workers workers, params IReadOnlyList<(int Prompt, int[] Completions)> groups)
    {
        (Shape, _device) = (shape, new CpuDevice(workers));
        foreach (var (prompt, completions) in groups)
        {
            AddGroup(prompt, completions);
        }

        int T = _sight.Count, width = shape.Heads * shape.HeadWidth, keyWidth = shape.KeyValueHeads * shape.HeadWidth;
        (Q, K, V, Dy) = (Random(T, width, 1), Random(T, keyWidth, 2), Random(T, keyWidth, 3), Random(T, width, 4));
        (Y, Dq, Dk, Dv) = (Unset(T, width), Unset(T, width), Unset(T, keyWidth), Unset(T, keyWidth));
        _logSumExp = Unset(T, shape.Heads);
        _pages = new(
            Unset(_plan.TransientPages, shape.TransposedPage).Pointer, Unset(_plan.TransientPages, shape.PlainPage).Pointer);
    }

    public AttentionShape Shape { get; }
    public Tensor Q { get; }
    public Tensor K { get; }
    public Tensor V { get; }
    public Tensor Dy { get; }
    public Tensor Y { get; }
    public Tensor Dq { get; }
    public Tensor Dk { get; }
    public Tensor Dv { get; }

    /// <summary>For each row, the rows that it sees.</summary>
    public int[][] Sight => [.. _sight.Select(rows => Shape.Window > 0 ? rows[^Math.Min(Shape.Window, rows.Length)..] : rows)];

    public AttentionBatch Forward()
    {
        _device.PlaceKeysAndValues(Shape, _plan, K, V, _pages);
        _device.Attention(Shape, _plan, Q, _pages, _logSumExp, Y);
        return this;
    }

    public AttentionBatch Backward()
    {
        var kept = new AttentionTensors(Q, K, V, Y, _logSumExp, _pages);
        _device.AttentionInputGradient(Shape, _plan, kept, Dy, _arena, Dq, Dk, Dv);
        return this;
    }

    /// <summary>The same rows one after another through pages that hold nothing at the start.</summary>
    /// <param name="rows">The batch rows of one sequence.</param>
    /// <returns>y of each row, in order.</returns>
    public float[][] ForwardOneByOne(int[] rows)
    {
        int[] pages = [.. Enumerable.Range(0, AttentionPlan.PagesFor(rows.Length)).Reverse()];
        var cache = new KeyValuePages(Unset(pages.Length, Shape.TransposedPage).Pointer, Unset(pages.Length, Shape.PlainPage).Pointer);
        var results = new float[rows.Length][];
        for (int position = 0; position < rows.Length; position++)
        {
            var plan = new AttentionPlan();
            plan.AddCached(0, 1, position, pages);
            var (row, y) = (rows[position], Unset(1, Y.Columns));
            _device.PlaceKeysAndValues(Shape, plan, K.Slice(row, 1), V.Slice(row, 1), cache);
            _device.Attention(Shape, plan, Q.Slice(row, 1), cache, Unset(1, Shape.Heads), y);
            results[position] = y.Span.ToArray();
        }

        return results;
    }

    public void Dispose() => _arena.Dispose();

    void AddGroup(int prompt, int[] completions)
    {
        int start = _sight.Count;
        _plan.AddGroup(start, prompt, completions);
        AddSequence([], prompt);
        int[] promptRows = [.. Enumerable.Range(start, prompt)];
        foreach (int length in completions)
        {
            AddSequence(promptRows, length);
        }
    }

    void AddSequence(int[] before, int count)
    {
        int start = _sight.Count;
        for (int i = 0; i < count; i++)
        {
            _sight.Add([.. before, .. Enumerable.Range(start, i + 1)]);
        }
    }

    Tensor Random(int rows, int columns, int seed)
    {
        var tensor = _arena.New(rows, columns);
        Randoms.Normal(rows * columns, seed).CopyTo(tensor.Span);
        return tensor;
    }

    // Whatever was not written, or should not be read, shows.
    Tensor Unset(int rows, int columns)
    {
        var tensor = _arena.New(rows, columns);
        tensor.Span.Fill(float.NaN);
        return tensor;
    }
}
