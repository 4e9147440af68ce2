using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Hone.Tensors.Kernels;

/// <summary>The products of attention, for tiles of one to four query rows over the same keys.</summary>
/// <remarks>
/// Scores: s[r, j] = Σ_d a[r, d] · page[d, j], d ascending, one chain for each (r, j). Mix: out[r, d] += Σ_j p[r, j] · row_j[d],
/// j ascending, one chain for each (r, d). Spread: row_j[d] += Σ_r w[r, j] · a[r, d], r ascending. So a query's numbers depend neither on
/// the tile that it travels in nor on how many chains run side by side.
/// </remarks>
static unsafe class AttentionProducts
{
    /// <summary>Query rows of the largest tile.</summary>
    public const int Tile = 4;

    /// <summary>Positions that a tile meets at a time: the stride of scores.</summary>
    public const int Block = 64;

    // Eight chains of sixteen lanes hide the latency of a multiply-add, but take all the registers of an AVX2 processor.
    static bool ManyRegisters => Avx512F.IsSupported;

    /// <summary>scores[r · Block + j] for transposed pages that hold <paramref name="count"/> positions; a: [rows, lda], at most a tile.</summary>
    public static void Scores(int rows, float* a, int lda, float** pages, int count, int D, float* scores)
    {
        switch (rows)
        {
            case 1:
                Scores<Size1>(a, lda, pages, count, D, scores);
                break;
            case 2:
                Scores<Size2>(a, lda, pages, count, D, scores);
                break;
            case 3:
                Scores<Size3>(a, lda, pages, count, D, scores);
                break;
            default:
                Scores<Size4>(a, lda, pages, count, D, scores);
                break;
        }
    }

    /// <summary>out[r, :] += Σ_j p[r · Block + j] · rows[j, :] for j in [0, count), at most a tile of rows; lanes up to the padded width.</summary>
    public static void Mix(int tileRows, float* p, float** rows, int count, float* output, int paddedWidth)
    {
        float** targets = stackalloc float*[Tile];
        for (int r = 0; r < tileRows; r++)
        {
            targets[r] = output + (r * paddedWidth);
        }

        Combine(tileRows, p, Block, 1, rows, count, targets, paddedWidth);
    }

    /// <summary>rows[j, :] += Σ_r w[r · Block + j] · a[r, :] for j in [0, count) and any number of rows a.</summary>
    public static void Spread(float* w, float** a, int aRows, int paddedWidth, float** rows, int count)
    {
        for (int j = 0; j < count; j += Tile)
        {
            Combine(Math.Min(Tile, count - j), w + j, 1, Block, a, aRows, rows + j, paddedWidth);
        }
    }

    static void Scores<THeight>(float* a, int lda, float** pages, int count, int D, float* scores)
        where THeight : ITileSize
    {
        int i = 0, pageCount = (count + 15) / 16;
        for (; (ManyRegisters || THeight.Value <= 2) && i + 2 <= pageCount; i += 2)
        {
            ScoresOfTwo<THeight>(a, lda, pages[i], pages[i + 1], D, scores + (i * 16));
        }

        for (; i < pageCount; i++)
        {
            ScoresOfOne<THeight>(a, lda, pages[i], D, scores + (i * 16));
        }
    }

    static void ScoresOfTwo<THeight>(float* a, int lda, float* page, float* next, int D, float* scores)
        where THeight : ITileSize
    {
        Vector512<float> s0 = default, s1 = default, s2 = default, s3 = default;
        Vector512<float> t0 = default, t1 = default, t2 = default, t3 = default;
        float* a1 = a + lda, a2 = a1 + lda, a3 = a2 + lda;
        for (int d = 0; d < D; d++)
        {
            Vector512<float> k = Vector512.Load(page + (d * 16)), l = Vector512.Load(next + (d * 16)), q = Vector512.Create(a[d]);
            (s0, t0) = (MultiplyAdd(q, k, s0), MultiplyAdd(q, l, t0));
            if (THeight.Value > 1)
            {
                q = Vector512.Create(a1[d]);
                (s1, t1) = (MultiplyAdd(q, k, s1), MultiplyAdd(q, l, t1));
            }

            if (THeight.Value > 2)
            {
                q = Vector512.Create(a2[d]);
                (s2, t2) = (MultiplyAdd(q, k, s2), MultiplyAdd(q, l, t2));
            }

            if (THeight.Value > 3)
            {
                q = Vector512.Create(a3[d]);
                (s3, t3) = (MultiplyAdd(q, k, s3), MultiplyAdd(q, l, t3));
            }
        }

        Store<THeight>(s0, s1, s2, s3, scores, scores + Block, scores + (2 * Block), scores + (3 * Block));
        scores += 16;
        Store<THeight>(t0, t1, t2, t3, scores, scores + Block, scores + (2 * Block), scores + (3 * Block));
    }

    static void ScoresOfOne<THeight>(float* a, int lda, float* page, int D, float* scores)
        where THeight : ITileSize
    {
        Vector512<float> s0 = default, s1 = default, s2 = default, s3 = default;
        float* a1 = a + lda, a2 = a1 + lda, a3 = a2 + lda;
        for (int d = 0; d < D; d++)
        {
            var k = Vector512.Load(page + (d * 16));
            s0 = MultiplyAdd(Vector512.Create(a[d]), k, s0);
            if (THeight.Value > 1)
            {
                s1 = MultiplyAdd(Vector512.Create(a1[d]), k, s1);
            }

            if (THeight.Value > 2)
            {
                s2 = MultiplyAdd(Vector512.Create(a2[d]), k, s2);
            }

            if (THeight.Value > 3)
            {
                s3 = MultiplyAdd(Vector512.Create(a3[d]), k, s3);
            }
        }

        Store<THeight>(s0, s1, s2, s3, scores, scores + Block, scores + (2 * Block), scores + (3 * Block));
    }

    // targets[r, :] += Σ_i w[r · rowStride + i · stepStride] · x[i, :], i ascending.
    static void Combine(int rows, float* w, nint rowStride, nint stepStride, float** x, int count, float** targets, int paddedWidth)
    {
        switch (rows)
        {
            case 1:
                Combine<Size1>(w, rowStride, stepStride, x, count, targets, paddedWidth);
                break;
            case 2:
                Combine<Size2>(w, rowStride, stepStride, x, count, targets, paddedWidth);
                break;
            case 3:
                Combine<Size3>(w, rowStride, stepStride, x, count, targets, paddedWidth);
                break;
            default:
                Combine<Size4>(w, rowStride, stepStride, x, count, targets, paddedWidth);
                break;
        }
    }

    static void Combine<THeight>(float* w, nint rowStride, nint stepStride, float** x, int count, float** targets, int paddedWidth)
        where THeight : ITileSize
    {
        nint d = 0;
        for (; (ManyRegisters || THeight.Value <= 2) && d <= paddedWidth - 32; d += 32)
        {
            CombineTwo<THeight>(w, rowStride, stepStride, x, count, d, targets);
        }

        for (; d < paddedWidth; d += 16)
        {
            CombineOne<THeight>(w, rowStride, stepStride, x, count, d, targets);
        }
    }

    // Thirty-two columns. Targets beyond the height are the first one: they are not touched.
    static void CombineTwo<THeight>(float* w, nint rowStride, nint stepStride, float** x, int count, nint d, float** targets)
        where THeight : ITileSize
    {
        float* o0 = targets[0] + d, o1 = Target<THeight>(targets, 1) + d, o2 = Target<THeight>(targets, 2) + d, o3 = Target<THeight>(targets, 3) + d;
        Vector512<float> s0 = Vector512.Load(o0), s1 = Vector512.Load(o1), s2 = Vector512.Load(o2), s3 = Vector512.Load(o3);
        Vector512<float> t0 = Vector512.Load(o0 + 16), t1 = Vector512.Load(o1 + 16), t2 = Vector512.Load(o2 + 16), t3 = Vector512.Load(o3 + 16);
        float* w1 = w + rowStride, w2 = w1 + rowStride, w3 = w2 + rowStride;
        for (nint i = 0, step = 0; i < count; i++, step += stepStride)
        {
            float* row = x[i] + d;
            Vector512<float> v = Vector512.Load(row), u = Vector512.Load(row + 16), weight = Vector512.Create(w[step]);
            (s0, t0) = (MultiplyAdd(weight, v, s0), MultiplyAdd(weight, u, t0));
            if (THeight.Value > 1)
            {
                weight = Vector512.Create(w1[step]);
                (s1, t1) = (MultiplyAdd(weight, v, s1), MultiplyAdd(weight, u, t1));
            }

            if (THeight.Value > 2)
            {
                weight = Vector512.Create(w2[step]);
                (s2, t2) = (MultiplyAdd(weight, v, s2), MultiplyAdd(weight, u, t2));
            }

            if (THeight.Value > 3)
            {
                weight = Vector512.Create(w3[step]);
                (s3, t3) = (MultiplyAdd(weight, v, s3), MultiplyAdd(weight, u, t3));
            }
        }

        Store<THeight>(s0, s1, s2, s3, o0, o1, o2, o3);
        Store<THeight>(t0, t1, t2, t3, o0 + 16, o1 + 16, o2 + 16, o3 + 16);
    }

    static void CombineOne<THeight>(float* w, nint rowStride, nint stepStride, float** x, int count, nint d, float** targets)
        where THeight : ITileSize
    {
        float* o0 = targets[0] + d, o1 = Target<THeight>(targets, 1) + d, o2 = Target<THeight>(targets, 2) + d, o3 = Target<THeight>(targets, 3) + d;
        Vector512<float> s0 = Vector512.Load(o0), s1 = Vector512.Load(o1), s2 = Vector512.Load(o2), s3 = Vector512.Load(o3);
        float* w1 = w + rowStride, w2 = w1 + rowStride, w3 = w2 + rowStride;
        for (nint i = 0, step = 0; i < count; i++, step += stepStride)
        {
            var v = Vector512.Load(x[i] + d);
            s0 = MultiplyAdd(Vector512.Create(w[step]), v, s0);
            if (THeight.Value > 1)
            {
                s1 = MultiplyAdd(Vector512.Create(w1[step]), v, s1);
            }

            if (THeight.Value > 2)
            {
                s2 = MultiplyAdd(Vector512.Create(w2[step]), v, s2);
            }

            if (THeight.Value > 3)
            {
                s3 = MultiplyAdd(Vector512.Create(w3[step]), v, s3);
            }
        }

        Store<THeight>(s0, s1, s2, s3, o0, o1, o2, o3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static float* Target<THeight>(float** targets, int row)
        where THeight : ITileSize => targets[row < THeight.Value ? row : 0];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Store<THeight>(
        Vector512<float> s0, Vector512<float> s1, Vector512<float> s2, Vector512<float> s3, float* o0, float* o1, float* o2, float* o3)
        where THeight : ITileSize
    {
        s0.Store(o0);
        if (THeight.Value > 1)
        {
            s1.Store(o1);
        }

        if (THeight.Value > 2)
        {
            s2.Store(o2);
        }

        if (THeight.Value > 3)
        {
            s3.Store(o3);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<float> MultiplyAdd(Vector512<float> a, Vector512<float> b, Vector512<float> sum) =>
        Vector512.MultiplyAddEstimate(a, b, sum);
}
