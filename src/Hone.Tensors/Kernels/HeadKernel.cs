using System.Runtime.CompilerServices;

namespace Hone.Tensors.Kernels;

/// <summary>
/// The LM head over a tile of rows and a segment of the vocabulary: logits = x·Wᵀ, their <see cref="VocabularySums"/> and, for the backward
/// pass, Σ_v e^(z_v − shift) · W_v, block by block: a block's logits never leave the cache.
/// </summary>
/// <remarks>
/// With p = softmax(z) the direction d log p_target / dx = inverseTemperature · (W_target − Σ_v p_v W_v) is known before any loss is: the
/// backward pass needs no logits again. The sum over v is one chain of multiply-adds for each element, v ascending in a segment, scaled
/// where a block raises the shift; segments are joined ascending in the end. Where logits are scaled or capped products
/// (<see cref="LogitForm"/>), each W_v is multiplied with dz_v / d(x·W_v).
/// </remarks>
unsafe struct HeadKernel : IRegion
{
    const int Block = VocabularySums.Block;

    /// <summary>[Rows, K].</summary>
    public float* X;

    /// <summary>x rounded to BF16 where the products are, else null. The powers are then rounded, too.</summary>
    public RoundedRows? RoundedX;
    public PackedMatrix Head;
    public int Rows;
    public int Tiles;
    public HeadPredictions Predictions;

    /// <summary>Index of the first row among the predictions.</summary>
    public int Start;

    /// <summary>[segments, Rows].</summary>
    public VocabularySums* Sums;

    /// <summary>[Rows].</summary>
    public float* TargetLogits;

    /// <summary>[segments, Rows, K], or null without a backward pass.</summary>
    public float* Expected;

    /// <summary>[Rows, K], or null.</summary>
    public float* Directions;

    public readonly void Run(int task)
    {
        int tile = task % Tiles, segment = task / Tiles;
        int first = (int)((long)tile * Rows / Tiles), rows = (int)((long)(tile + 1) * Rows / Tiles) - first;
        var sums = Sums + ((long)segment * Rows) + first;
        float* expected = Expected is null ? null : Expected + ((((long)segment * Rows) + first) * Head.K);
        new Span<VocabularySums>(sums, rows).Fill(new VocabularySums());
        int start = segment * VocabularySums.Segment, end = Math.Min(start + VocabularySums.Segment, Head.N);
        for (int v = start; v < end; v += Block)
        {
            RunBlock(first, rows, v, Math.Min(v + Block, end), sums, expected, v > start);
        }
    }

    /// <summary>Rows [first, first + count): joins the segments.</summary>
    public readonly void Finish(int first, int count)
    {
        for (int row = first; row < first + count; row++)
        {
            var total = new VocabularySums();
            for (int segment = 0; segment < VocabularySums.Segments(Head.N); segment++)
            {
                total.Join(Sums[((long)segment * Rows) + row]);
            }

            int i = Start + row;
            Predictions.LogSumExp[i] = total.LogSumExp;
            Predictions.Entropies[i] = total.Entropy;
            Predictions.LogProbabilities[i] =
                LogSoftmax.LogProbability(TargetLogits[row], Predictions.InverseTemperature, total.LogSumExp);
            if (Directions is not null)
            {
                FinishDirection(row, total);
            }
        }
    }

    [SkipLocalsInit]
    readonly void RunBlock(int first, int rows, int start, int end, VocabularySums* sums, float* expected, bool follows)
    {
        long roundedFloats = RoundedX is { } rounded ? RoundedRows.BytesOf(rows, Block, rounded.Path) / sizeof(float) : 0;
        float* logits = ThreadScratch.Floats(((long)rows * Block) + roundedFloats);
        Multiply(first, rows, start, end, logits);
        var form = Predictions.Form;
        var slopes = form.SoftCap is null || expected is null ? [] : stackalloc float[end - start];
        for (int r = 0; r < rows; r++)
        {
            var row = new Span<float>(logits + ((long)r * Block), end - start);
            if (!form.IsPlain)
            {
                form.Apply(row);
            }

            if (slopes.Length > 0)
            {
                ScoreCaps.Slopes(row, form.SoftCap!.Value, slopes);
            }

            int target = Predictions.Targets[Start + first + r] - start;
            if ((uint)target < (uint)row.Length)
            {
                TargetLogits[first + r] = row[target];
            }

            float scale = sums[r].AbsorbInPlace(row, Predictions.InverseTemperature);
            if (slopes.Length > 0)
            {
                LogitForm.Multiply(slopes, row);
            }

            if (expected is not null && follows && scale != 1)
            {
                ElementWise.Scale(scale, new Span<float>(expected + ((long)r * Head.K), Head.K));
            }
        }

        if (expected is not null)
        {
            Expect(logits, rows, start, end, expected, follows);
        }
    }

    readonly void Multiply(int first, int rows, int start, int end, float* logits)
    {
        int panel = start / PanelGeometry.FullWidth, panelEnd = (end + PanelGeometry.FullWidth - 1) / PanelGeometry.FullWidth;
        if (RoundedX is { } x)
        {
            MatMulBf16.ForwardPanels(x.From(first, 0), rows, Head, panel, panelEnd, logits, Block);
        }
        else
        {
            MatMul.ForwardPanels(X + ((long)first * Head.K), Head.K, rows, Head, panel, panelEnd, logits, Block);
        }
    }

    // expected (+)= powers · W
    readonly void Expect(float* powers, int rows, int start, int end, float* expected, bool follows)
    {
        if (RoundedX is { } x)
        {
            var rounded = new RoundedRows(powers + ((long)rows * Block), end - start, x.Path);
            rounded.Round(powers, Block, rows);
            MatMulBf16.InputGradientRange(rounded, rows, Head, start, end, expected, Head.K, follows);
        }
        else
        {
            MatMul.InputGradientRange(powers, Block, rows, Head, start, end, expected, Head.K, follows);
        }
    }

    readonly void FinishDirection(int row, in VocabularySums total)
    {
        var direction = new Span<float>(Directions + ((long)row * Head.K), Head.K);
        Head.CopyRow(Predictions.Targets[Start + row], direction);
        if (Predictions.Form.SoftCap is not null)
        {
            ElementWise.Scale(Predictions.Form.SlopeAt(TargetLogits[row]), direction);
        }

        for (int segment = 0; segment < VocabularySums.Segments(Head.N); segment++)
        {
            long place = ((long)segment * Rows) + row;
            float share = (float)(Math.Exp((double)Sums[place].Shift - total.Shift) / total.Sum);
            ElementWise.AddScaled(new ReadOnlySpan<float>(Expected + (place * Head.K), Head.K), -share, direction);
        }

        ElementWise.Scale(Predictions.InverseTemperature * Predictions.Form.Scale, direction);
    }
}
