using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Hone.Tensors.Kernels;

/// <summary>The products of attention, for tiles of four or two query rows over the same keys.</summary>
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

    /// <summary>Rows that are computed for a tile of so many: its buffers hold them all.</summary>
    public static int Computed(int rows) => rows <= 2 ? 2 : 4;

    /// <summary>scores[r · Block + j] for transposed pages that hold <paramref name="count"/> positions; a: [computed rows, lda].</summary>
    public static void Scores(int rows, float* a, int lda, float** pages, int count, int D, float* scores)
    {
        int i = 0, pageCount = (count + 15) / 16;
        for (; Computed(rows) == 4 && ManyRegisters && i + 2 <= pageCount; i += 2)
        {
            Scores4x2(a, lda, pages[i], pages[i + 1], D, scores + (i * 16));
        }

        for (; Computed(rows) == 4 && i < pageCount; i++)
        {
            Scores4(a, lda, pages[i], D, scores + (i * 16));
        }

        for (; i < pageCount; i += 2)
        {
            // An odd last page is its own partner.
            int next = Math.Min(i + 1, pageCount - 1);
            Scores2x2(a, lda, pages[i], pages[next], D, scores + (i * 16), scores + (next * 16));
        }
    }

    /// <summary>out[r, :] += Σ_j p[r · Block + j] · rows[j, :] for j in [0, count); lanes up to the padded width are written.</summary>
    public static void Mix(int tileRows, float* p, float** rows, int count, float* output, int paddedWidth)
    {
        int d = 0;
        for (; Computed(tileRows) == 2 && d <= paddedWidth - 32; d += 32)
        {
            Mix2x2(p, rows, count, d, output + d, paddedWidth);
        }

        for (; Computed(tileRows) == 2 && d < paddedWidth; d += 16)
        {
            Mix2(p, rows, count, d, output + d, paddedWidth);
        }

        for (; ManyRegisters && d <= paddedWidth - 32; d += 32)
        {
            Mix4x2(p, rows, count, d, output + d, paddedWidth);
        }

        for (; d < paddedWidth; d += 16)
        {
            Mix4(p, rows, count, d, output + d, paddedWidth);
        }
    }

    /// <summary>rows[j, :] += Σ_r w[r · Block + j] · a[r, :] for j in [0, count).</summary>
    public static void Spread(int tileRows, float* w, float* a, int paddedWidth, float** rows, int count)
    {
        for (int d = 0; d < paddedWidth; d += 16)
        {
            if (Computed(tileRows) == 2)
            {
                Spread2(w, a + d, paddedWidth, rows, count, d);
            }
            else
            {
                Spread4(w, a + d, paddedWidth, rows, count, d);
            }
        }
    }

    static void Scores4x2(float* a, int lda, float* page, float* next, int D, float* scores)
    {
        Vector512<float> s0 = default, s1 = default, s2 = default, s3 = default;
        Vector512<float> t0 = default, t1 = default, t2 = default, t3 = default;
        float* a1 = a + lda, a2 = a1 + lda, a3 = a2 + lda;
        for (int d = 0; d < D; d++)
        {
            Vector512<float> k = Vector512.Load(page + (d * 16)), l = Vector512.Load(next + (d * 16)), q = Vector512.Create(a[d]);
            s0 = MultiplyAdd(q, k, s0);
            t0 = MultiplyAdd(q, l, t0);
            q = Vector512.Create(a1[d]);
            s1 = MultiplyAdd(q, k, s1);
            t1 = MultiplyAdd(q, l, t1);
            q = Vector512.Create(a2[d]);
            s2 = MultiplyAdd(q, k, s2);
            t2 = MultiplyAdd(q, l, t2);
            q = Vector512.Create(a3[d]);
            s3 = MultiplyAdd(q, k, s3);
            t3 = MultiplyAdd(q, l, t3);
        }

        Store4(s0, s1, s2, s3, scores, Block);
        Store4(t0, t1, t2, t3, scores + 16, Block);
    }

    static void Scores4(float* a, int lda, float* page, int D, float* scores)
    {
        Vector512<float> s0 = default, s1 = default, s2 = default, s3 = default;
        float* a1 = a + lda, a2 = a1 + lda, a3 = a2 + lda;
        for (int d = 0; d < D; d++)
        {
            var k = Vector512.Load(page + (d * 16));
            s0 = MultiplyAdd(Vector512.Create(a[d]), k, s0);
            s1 = MultiplyAdd(Vector512.Create(a1[d]), k, s1);
            s2 = MultiplyAdd(Vector512.Create(a2[d]), k, s2);
            s3 = MultiplyAdd(Vector512.Create(a3[d]), k, s3);
        }

        Store4(s0, s1, s2, s3, scores, Block);
    }

    static void Scores2x2(float* a, int lda, float* page, float* next, int D, float* scores, float* nextScores)
    {
        Vector512<float> s0 = default, s1 = default, t0 = default, t1 = default;
        float* a1 = a + lda;
        for (int d = 0; d < D; d++)
        {
            Vector512<float> k = Vector512.Load(page + (d * 16)), l = Vector512.Load(next + (d * 16)), q = Vector512.Create(a[d]);
            s0 = MultiplyAdd(q, k, s0);
            t0 = MultiplyAdd(q, l, t0);
            q = Vector512.Create(a1[d]);
            s1 = MultiplyAdd(q, k, s1);
            t1 = MultiplyAdd(q, l, t1);
        }

        s0.Store(scores);
        s1.Store(scores + Block);
        t0.Store(nextScores);
        t1.Store(nextScores + Block);
    }

    static void Mix4x2(float* p, float** rows, int count, int d, float* output, int ldo)
    {
        float* o1 = output + ldo, o2 = o1 + ldo, o3 = o2 + ldo;
        Vector512<float> s0 = Vector512.Load(output), s1 = Vector512.Load(o1), s2 = Vector512.Load(o2), s3 = Vector512.Load(o3);
        Vector512<float> t0 = Vector512.Load(output + 16), t1 = Vector512.Load(o1 + 16);
        Vector512<float> t2 = Vector512.Load(o2 + 16), t3 = Vector512.Load(o3 + 16);
        for (int j = 0; j < count; j++)
        {
            float* row = rows[j] + d;
            Vector512<float> v = Vector512.Load(row), w = Vector512.Load(row + 16), weight = Vector512.Create(p[j]);
            s0 = MultiplyAdd(weight, v, s0);
            t0 = MultiplyAdd(weight, w, t0);
            weight = Vector512.Create(p[Block + j]);
            s1 = MultiplyAdd(weight, v, s1);
            t1 = MultiplyAdd(weight, w, t1);
            weight = Vector512.Create(p[(2 * Block) + j]);
            s2 = MultiplyAdd(weight, v, s2);
            t2 = MultiplyAdd(weight, w, t2);
            weight = Vector512.Create(p[(3 * Block) + j]);
            s3 = MultiplyAdd(weight, v, s3);
            t3 = MultiplyAdd(weight, w, t3);
        }

        Store4(s0, s1, s2, s3, output, ldo);
        Store4(t0, t1, t2, t3, output + 16, ldo);
    }

    static void Mix4(float* p, float** rows, int count, int d, float* output, int ldo)
    {
        float* o1 = output + ldo, o2 = o1 + ldo, o3 = o2 + ldo;
        Vector512<float> s0 = Vector512.Load(output), s1 = Vector512.Load(o1), s2 = Vector512.Load(o2), s3 = Vector512.Load(o3);
        for (int j = 0; j < count; j++)
        {
            var v = Vector512.Load(rows[j] + d);
            s0 = MultiplyAdd(Vector512.Create(p[j]), v, s0);
            s1 = MultiplyAdd(Vector512.Create(p[Block + j]), v, s1);
            s2 = MultiplyAdd(Vector512.Create(p[(2 * Block) + j]), v, s2);
            s3 = MultiplyAdd(Vector512.Create(p[(3 * Block) + j]), v, s3);
        }

        Store4(s0, s1, s2, s3, output, ldo);
    }

    static void Mix2x2(float* p, float** rows, int count, int d, float* output, int ldo)
    {
        Vector512<float> s0 = Vector512.Load(output), t0 = Vector512.Load(output + 16);
        Vector512<float> s1 = Vector512.Load(output + ldo), t1 = Vector512.Load(output + ldo + 16);
        for (int j = 0; j < count; j++)
        {
            float* row = rows[j] + d;
            Vector512<float> v = Vector512.Load(row), w = Vector512.Load(row + 16), weight = Vector512.Create(p[j]);
            s0 = MultiplyAdd(weight, v, s0);
            t0 = MultiplyAdd(weight, w, t0);
            weight = Vector512.Create(p[Block + j]);
            s1 = MultiplyAdd(weight, v, s1);
            t1 = MultiplyAdd(weight, w, t1);
        }

        s0.Store(output);
        t0.Store(output + 16);
        s1.Store(output + ldo);
        t1.Store(output + ldo + 16);
    }

    static void Mix2(float* p, float** rows, int count, int d, float* output, int ldo)
    {
        Vector512<float> s0 = Vector512.Load(output), s1 = Vector512.Load(output + ldo);
        for (int j = 0; j < count; j++)
        {
            var v = Vector512.Load(rows[j] + d);
            s0 = MultiplyAdd(Vector512.Create(p[j]), v, s0);
            s1 = MultiplyAdd(Vector512.Create(p[Block + j]), v, s1);
        }

        s0.Store(output);
        s1.Store(output + ldo);
    }

    static void Spread4(float* w, float* a, int lda, float** rows, int count, int d)
    {
        Vector512<float> a0 = Vector512.Load(a), a1 = Vector512.Load(a + lda);
        Vector512<float> a2 = Vector512.Load(a + (2 * lda)), a3 = Vector512.Load(a + (3 * lda));
        for (int j = 0; j < count; j++)
        {
            float* row = rows[j] + d;
            var sum = MultiplyAdd(Vector512.Create(w[j]), a0, Vector512.Load(row));
            sum = MultiplyAdd(Vector512.Create(w[Block + j]), a1, sum);
            sum = MultiplyAdd(Vector512.Create(w[(2 * Block) + j]), a2, sum);
            MultiplyAdd(Vector512.Create(w[(3 * Block) + j]), a3, sum).Store(row);
        }
    }

    static void Spread2(float* w, float* a, int lda, float** rows, int count, int d)
    {
        Vector512<float> a0 = Vector512.Load(a), a1 = Vector512.Load(a + lda);
        for (int j = 0; j < count; j++)
        {
            float* row = rows[j] + d;
            var sum = MultiplyAdd(Vector512.Create(w[j]), a0, Vector512.Load(row));
            MultiplyAdd(Vector512.Create(w[Block + j]), a1, sum).Store(row);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Store4(
        Vector512<float> s0, Vector512<float> s1, Vector512<float> s2, Vector512<float> s3, float* target, int stride)
    {
        s0.Store(target);
        s1.Store(target + stride);
        s2.Store(target + (2 * stride));
        s3.Store(target + (3 * stride));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<float> MultiplyAdd(Vector512<float> a, Vector512<float> b, Vector512<float> sum) =>
        Vector512.MultiplyAddEstimate(a, b, sum);
}
