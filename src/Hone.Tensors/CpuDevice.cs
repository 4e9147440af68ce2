using Hone.Tensors.Kernels;

namespace Hone.Tensors;

/// <summary>The processor: each operation is one region of tasks over rows, panels or heads, split by shape alone.</summary>
public sealed unsafe partial class CpuDevice(Workers workers, Compute compute = Compute.F32) : Device
{
    // Elements of one task of a row-wise kernel, about a microsecond of work, and the most tasks that one is cut into.
    const int ElementsPerTask = 4 * 1024;
    const int MaxRowTasks = 64;

    public CpuDevice(Compute compute = Compute.F32)
        : this(Workers.Default, compute)
    {
    }

    public Workers Workers => workers;

    public override Compute Compute => compute;

    public override string Description =>
        $"{Processor.Describe()}{Bf16Description}, {workers.Count} thread{(workers.Count == 1 ? "" : "s")}";

    public override Arena NewArena() => new();

    public override void ForEach(int count, Action<int> work)
    {
        var region = new RowRegion(count, 1, (item, _) => work(item));
        workers.Run(count, ref region);
    }

    public override void Linear(Tensor x, PackedMatrix w, Tensor y, Tensor? start)
    {
        Check(x, w, y);
        if (RoundsFor(w))
        {
            MatMulBf16.Forward(x.Pointer, w.K, x.Rows, w, y.Pointer, w.N, start is null ? null : start.Pointer, w.N, workers);
        }
        else
        {
            MatMul.Forward(x.Pointer, w.K, x.Rows, w, y.Pointer, w.N, start is null ? null : start.Pointer, w.N, workers);
        }
    }

    public override void LinearInputGradient(Tensor dy, PackedMatrix w, Tensor dx, bool accumulate)
    {
        Check(dx, w, dy);
        if (RoundsFor(w))
        {
            MatMulBf16.InputGradient(dy.Pointer, w.N, dy.Rows, w, dx.Pointer, w.K, accumulate, workers);
        }
        else
        {
            MatMul.InputGradient(dy.Pointer, dy.Rows, w, dx.Pointer, accumulate, workers);
        }
    }

    public override void LinearWeightGradient(Tensor dy, Tensor x, int[] groupStarts, GradientTree tree)
    {
        Require.Equal(dy.Rows, x.Rows);
        Require.Equal(groupStarts[^1], x.Rows);
        MatMul.WeightGradient(dy.Pointer, x.Pointer, groupStarts, tree, workers);
    }

    public override void FinishGradient(GradientTree tree, Tensor gradient) => tree.Finish(gradient.Pointer, workers);

    public override void Repack(PackedMatrix w, Tensor values) => w.Repack(values.Pointer, workers);

    public override void Gather(PackedMatrix table, int[] ids, Tensor y)
    {
        Require.Equal(ids.Length, y.Rows);
        Require.Equal(table.K, y.Columns);
        Rows(y.Rows, y.Columns, (start, count) =>
        {
            for (int t = start; t < start + count; t++)
            {
                table.CopyRow(ids[t], y.RowSpan(t));
            }
        });
    }

    public override void GatherGradient(Tensor dy, int[] ids, int[] groupStarts, SparseGradientTree tree)
    {
        Require.Equal(ids.Length, dy.Rows);
        for (int g = 0; g + 1 < groupStarts.Length; g++)
        {
            tree.AddLeaf(dy.Row(groupStarts[g]), ids.AsSpan(groupStarts[g]..groupStarts[g + 1]));
        }
    }

    public override void GatherRows(Tensor x, ReadOnlySpan<int> rows, Tensor target)
    {
        Require.Equal(rows.Length, target.Rows);
        for (int t = 0; t < rows.Length; t++)
        {
            x.RowSpan(rows[t]).CopyTo(target.RowSpan(t));
        }
    }

    // What a run's record needs to tell whose bits can be compared.
    string Bf16Description => (compute, MatMulBf16.Path) switch
    {
        (Compute.F32, _) => "",
        (_, Bf16Path.MachineCode) => ", bf16 products in machine code (VDPBF16PS)",
        _ => ", bf16 products by the f32 kernels",
    };

    bool RoundsFor(PackedMatrix w) => compute == Compute.Bf16 && w.ElementType == ElementType.BF16;

    static void Check(Tensor x, PackedMatrix w, Tensor y)
    {
        Require.Equal(x.Columns, w.K);
        Require.Equal(y.Columns, w.N);
        Require.Equal(y.Rows, x.Rows);
    }

    // Splits rows into ranges of about equal cost, by the shape alone.
    void Rows(int rows, int columns, Action<int, int> kernel)
    {
        long elements = Math.Max(ElementsPerTask, (long)rows * columns / MaxRowTasks);
        int perTask = (int)Math.Max(1, elements / Math.Max(1, columns));
        var region = new RowRegion(rows, perTask, kernel);
        workers.Run((rows + perTask - 1) / perTask, ref region);
    }

    readonly struct RowRegion(int rows, int perTask, Action<int, int> kernel) : IRegion
    {
        public void Run(int task) => kernel(task * perTask, Math.Min(perTask, rows - (task * perTask)));
    }
}
