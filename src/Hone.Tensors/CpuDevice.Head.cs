using Hone.Tensors.Kernels;

namespace Hone.Tensors;

public sealed unsafe partial class CpuDevice
{
    // Bounds the memory of the directions' partial sums: 32 MB.
    internal const int HeadSumFloats = 8 << 20;

    // Rows of one task: a block's logits lie in the second cache; small enough for all threads to have some.
    internal const int HeadRowsPerTask = 192;
    const int HeadLeastRows = 48, HeadTasks = 16;

    public override void Head(Tensor hidden, PackedMatrix head, HeadPredictions predictions, Tensor? directions, Arena scratch)
    {
        Require.Equal(hidden.Columns, head.K);
        int segments = VocabularySums.Segments(head.N);
        int most = Math.Max(HeadRowsPerTask, HeadSumFloats / (segments * head.K) / HeadRowsPerTask * HeadRowsPerTask);
        for (int start = 0; start < predictions.Count; start += most)
        {
            var mark = scratch.Mark();
            HeadChunk(hidden, head, predictions, directions, scratch, start, Math.Min(most, predictions.Count - start));
            scratch.Release(mark);
        }
    }

    public override void FormLogits(LogitForm form, Tensor logits) =>
        Rows(logits.Rows, logits.Columns, (start, count) => form.Apply(Span(logits, start, count)));

    public override void LogSoftmaxInputGradient(Tensor logits, HeadRows rows) =>
        Rows(rows.Count, logits.Columns, (start, count) =>
        {
            float[] slopes = new float[rows.Predictions.Form.SoftCap is null ? 0 : logits.Columns];
            for (int row = start; row < start + count; row++)
            {
                LogSoftmaxInputGradient(logits.RowSpan(row), rows, rows.Start + row, slopes);
            }
        });

    static void LogSoftmaxInputGradient(Span<float> logits, in HeadRows rows, int i, float[] slopes)
    {
        var form = rows.Predictions.Form;
        if (form.SoftCap is { } cap)
        {
            ScoreCaps.Slopes(logits, cap, slopes);
        }

        LogSoftmax.Backward(
            logits, rows.Predictions.InverseTemperature, rows.Predictions.LogSumExp[i], rows.Predictions.Targets[i],
            rows.GradientOfLogProbability[i], rows.Predictions.Entropies[i], rows.GradientOfEntropy?[i] ?? 0);
        if (form.SoftCap is not null)
        {
            LogitForm.Multiply(slopes, logits);
        }

        if (form.Scale != 1)
        {
            ElementWise.Scale(form.Scale, logits);
        }
    }

    public override void ScatterAddRows(Tensor x, ReadOnlySpan<float> scales, int[] rows, Tensor target)
    {
        const int ColumnsPerTask = 64;
        Require.Equal(rows.Length, x.Rows);
        Require.Length(scales, rows.Length);
        fixed (float* factors = scales)
        {
            float* scale = factors;
            var region = new RowRegion(x.Columns, ColumnsPerTask, (start, count) =>
            {
                for (int t = 0; t < rows.Length; t++)
                {
                    ElementWise.AddScaled(
                        new ReadOnlySpan<float>(x.Row(t) + start, count), scale[t], new Span<float>(target.Row(rows[t]) + start, count));
                }
            });
            workers.Run((x.Columns + ColumnsPerTask - 1) / ColumnsPerTask, ref region);
        }
    }

    void HeadChunk(
        Tensor hidden, PackedMatrix head, HeadPredictions predictions, Tensor? directions, Arena scratch, int start, int count)
    {
        int segments = VocabularySums.Segments(head.N);
        var gathered = scratch.New(count, head.K);
        GatherRows(hidden, predictions.Rows.AsSpan(start, count), gathered);
        int tiles = Math.Max((count + HeadRowsPerTask - 1) / HeadRowsPerTask, Math.Min(HeadTasks / segments, count / HeadLeastRows));
        var kernel = new HeadKernel
        {
            X = gathered.Pointer,
            RoundedX = RoundsFor(head) ? Rounded(gathered, scratch) : null,
            Head = head,
            Rows = count,
            Tiles = tiles,
            Predictions = predictions,
            Start = start,
            Sums = (VocabularySums*)scratch.New(segments * count, sizeof(VocabularySums) / sizeof(float)).Pointer,
            TargetLogits = scratch.New(count, 1).Pointer,
            Expected = directions is null ? null : scratch.New(segments * count, head.K).Pointer,
            Directions = directions is null ? null : directions.Row(start),
        };
        workers.Run(tiles * segments, ref kernel);
        Rows(count, head.K, kernel.Finish);
    }

    RoundedRows Rounded(Tensor x, Arena scratch)
    {
        long floats = RoundedRows.BytesOf(x.Rows, x.Columns, MatMulBf16.Path) / sizeof(float);
        var rounded = new RoundedRows(scratch.New(1, checked((int)floats)).Pointer, x.Columns, MatMulBf16.Path);
        Rows(x.Rows, x.Columns, (start, count) => rounded.From(start, 0).Round(x.Row(start), x.Columns, count));
        return rounded;
    }
}
