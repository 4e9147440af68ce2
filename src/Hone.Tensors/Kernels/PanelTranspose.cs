using System.Runtime.Intrinsics;

namespace Hone.Tensors.Kernels;

/// <summary>Moves weights between row-major order, the panels of the forward product and those of the transposed product.</summary>
static unsafe class PanelTranspose
{
    /// <summary>Rows n that <see cref="Unpack"/> may write beyond the last one it was asked for.</summary>
    public const int ExtraRows = 32;

    /// <summary>Rows [valid, K] of a row-major matrix into one panel [K, width]. The panel's padding stays as it is.</summary>
    public static void Pack(float* rows, int K, int valid, float* panel, int width) =>
        WordTranspose.Run(rows, (nint)K * sizeof(float), valid, K, panel, width);

    /// <summary>Rows [valid, K] of a row-major matrix into one panel [⌈K/2⌉, width, 2]. The panel's padding stays as it is.</summary>
    public static void Pack(ushort* rows, int K, int valid, float* panel, int width)
    {
        WordTranspose.Run(rows, (nint)K * sizeof(ushort), valid, K / 2, panel, width);
        if (K % 2 == 1)
        {
            uint* last = (uint*)panel + ((nint)(K / 2) * width);
            for (int n = 0; n < valid; n++)
            {
                last[n] = rows[((nint)n * K) + K - 1];
            }
        }
    }

    /// <summary>
    /// The panel of W for the transposed product: rows n in [start, end), each with the <paramref name="valid"/> inputs from
    /// <paramref name="k0"/> on, widened: target [end − start + <see cref="ExtraRows"/>, width]. start and k0 are multiples of 32. What is
    /// beyond the valid inputs of a row may hold anything.
    /// </summary>
    public static void Unpack(PackedMatrix w, int start, int end, int k0, int valid, float* target, int width)
    {
        for (int n = start; n < end; n += PanelGeometry.FullWidth, target += (nint)PanelGeometry.FullWidth * width)
        {
            int panel = n / PanelGeometry.FullWidth, columns = w.Outputs.Width(panel);
            if (w.ElementType == ElementType.F32)
            {
                WordTranspose.Run(
                    w.Panel(panel) + ((nint)k0 * columns), (nint)columns * sizeof(float), valid, columns, target, width);
            }
            else
            {
                UnpackPairs(w.Panel(panel) + ((nint)k0 / 2 * columns), columns, (valid + 1) / 2, target, width);
            }
        }
    }

    // Transposed as words, a row n holds its inputs in order, two to a word.
    static void UnpackPairs(float* source, int columns, int pairs, float* target, int width)
    {
        const int RowWords = PanelGeometry.FullWidth / 2;
        float* words = stackalloc float[PanelGeometry.FullWidth * RowWords];
        WordTranspose.Run(source, (nint)columns * sizeof(float), pairs, columns, words, RowWords);
        for (int n = 0; n < columns; n++, words += RowWords, target += width)
        {
            for (int i = 0; i < width; i += 16)
            {
                var (low, high) = Vector256.Widen(Vector256.Load((ushort*)words + i));
                (low << 16).AsSingle().Store(target + i);
                (high << 16).AsSingle().Store(target + i + 8);
            }
        }
    }
}
