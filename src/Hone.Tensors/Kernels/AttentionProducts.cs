using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Hone.Tensors.Kernels;

/// <summary>The two products of attention, for tiles of four, two or one query rows over the same keys.</summary>
/// <remarks>
/// Scores: s[r, j] = Σ_d a[r, d] · page[d, j], d ascending, one chain for each (r, j). Mix: out[r, d] += Σ_j p[r, j] · row_j[d],
/// j ascending, one chain for each (r, d). So a query's numbers do not depend on the tile that it travels in.
/// </remarks>
static unsafe class AttentionProducts
{
    /// <summary>Query rows of the largest tile.</summary>
    public const int Tile = 4;

    /// <summary>scores[r · stride + lane] for one transposed page; a: [rows, lda].</summary>
    public static void Scores(int rows, float* a, int lda, float* page, int D, float* scores, int stride)
    {
        int r = 0;
        for (; r + 4 <= rows; r += 4)
        {
            Scores4(a + (r * lda), lda, page, D, scores + (r * stride), stride);
        }

        for (; r + 2 <= rows; r += 2)
        {
            Scores2(a + (r * lda), lda, page, D, scores + (r * stride), stride);
        }

        for (; r < rows; r++)
        {
            Scores1(a + (r * lda), page, D, scores + (r * stride));
        }
    }

    /// <summary>out[r, :] += Σ_j p[r · stride + j] · rows[j, :] for j in [0, count); lanes up to the padded width are written.</summary>
    public static void Mix(
        int rows, float* p, int stride, float** keys, int count, int paddedWidth, float* output, int ldo)
    {
        for (int d = 0; d < paddedWidth; d += 16)
        {
            int r = 0;
            for (; r + 4 <= rows; r += 4)
            {
                Mix4(p + (r * stride), stride, keys, count, d, output + (r * ldo) + d, ldo);
            }

            for (; r + 2 <= rows; r += 2)
            {
                Mix2(p + (r * stride), stride, keys, count, d, output + (r * ldo) + d, ldo);
            }

            for (; r < rows; r++)
            {
                Mix1(p + (r * stride), keys, count, d, output + (r * ldo) + d);
            }
        }
    }

    static void Scores4(float* a, int lda, float* page, int D, float* scores, int stride)
    {
        var s0 = Vector512<float>.Zero;
        var s1 = s0;
        var s2 = s0;
        var s3 = s0;
        float* a1 = a + lda, a2 = a1 + lda, a3 = a2 + lda;
        for (int d = 0; d < D; d++)
        {
            var k = Vector512.Load(page + (d * 16));
            s0 = MultiplyAdd(a[d], k, s0);
            s1 = MultiplyAdd(a1[d], k, s1);
            s2 = MultiplyAdd(a2[d], k, s2);
            s3 = MultiplyAdd(a3[d], k, s3);
        }

        s0.Store(scores);
        s1.Store(scores + stride);
        s2.Store(scores + (2 * stride));
        s3.Store(scores + (3 * stride));
    }

    static void Scores2(float* a, int lda, float* page, int D, float* scores, int stride)
    {
        var s0 = Vector512<float>.Zero;
        var s1 = s0;
        float* a1 = a + lda;
        for (int d = 0; d < D; d++)
        {
            var k = Vector512.Load(page + (d * 16));
            s0 = MultiplyAdd(a[d], k, s0);
            s1 = MultiplyAdd(a1[d], k, s1);
        }

        s0.Store(scores);
        s1.Store(scores + stride);
    }

    static void Scores1(float* a, float* page, int D, float* scores)
    {
        var s0 = Vector512<float>.Zero;
        for (int d = 0; d < D; d++)
        {
            s0 = MultiplyAdd(a[d], Vector512.Load(page + (d * 16)), s0);
        }

        s0.Store(scores);
    }

    static void Mix4(float* p, int stride, float** keys, int count, int d, float* output, int ldo)
    {
        var o0 = Vector512.Load(output);
        var o1 = Vector512.Load(output + ldo);
        var o2 = Vector512.Load(output + (2 * ldo));
        var o3 = Vector512.Load(output + (3 * ldo));
        float* p1 = p + stride, p2 = p1 + stride, p3 = p2 + stride;
        for (int j = 0; j < count; j++)
        {
            var v = Vector512.Load(keys[j] + d);
            o0 = MultiplyAdd(p[j], v, o0);
            o1 = MultiplyAdd(p1[j], v, o1);
            o2 = MultiplyAdd(p2[j], v, o2);
            o3 = MultiplyAdd(p3[j], v, o3);
        }

        o0.Store(output);
        o1.Store(output + ldo);
        o2.Store(output + (2 * ldo));
        o3.Store(output + (3 * ldo));
    }

    static void Mix2(float* p, int stride, float** keys, int count, int d, float* output, int ldo)
    {
        var o0 = Vector512.Load(output);
        var o1 = Vector512.Load(output + ldo);
        float* p1 = p + stride;
        for (int j = 0; j < count; j++)
        {
            var v = Vector512.Load(keys[j] + d);
            o0 = MultiplyAdd(p[j], v, o0);
            o1 = MultiplyAdd(p1[j], v, o1);
        }

        o0.Store(output);
        o1.Store(output + ldo);
    }

    static void Mix1(float* p, float** keys, int count, int d, float* output)
    {
        var o0 = Vector512.Load(output);
        for (int j = 0; j < count; j++)
        {
            o0 = MultiplyAdd(p[j], Vector512.Load(keys[j] + d), o0);
        }

        o0.Store(output);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<float> MultiplyAdd(float a, Vector512<float> b, Vector512<float> sum) =>
        Vector512.MultiplyAddEstimate(Vector512.Create(a), b, sum);
}
