namespace Hone.Tensors.Kernels;

/// <summary>Moves weights between row-major order, the panels of the forward product and those of the transposed product.</summary>
static unsafe class PanelTranspose
{
    /// <summary>Rows [valid, K] of a row-major matrix into one panel [K, width]. The panel's padding stays as it is.</summary>
    public static void Pack(float* rows, int K, int valid, float* panel, int width)
    {
        for (int n = 0; n < valid; n++)
        {
            for (int k = 0; k < K; k++)
            {
                panel[((nint)k * width) + n] = rows[((nint)n * K) + k];
            }
        }
    }

    /// <summary>Rows [valid, K] of a row-major matrix into one panel [⌈K/2⌉, width, 2]. The panel's padding stays as it is.</summary>
    public static void Pack(ushort* rows, int K, int valid, ushort* panel, int width)
    {
        for (int n = 0; n < valid; n++)
        {
            for (int k = 0; k < K; k++)
            {
                panel[((((nint)k >> 1) * width) + n) * 2 + (k & 1)] = rows[((nint)n * K) + k];
            }
        }
    }

    /// <summary>
    /// The panel of W for the transposed product: rows n in [start, end), each with the <paramref name="valid"/> inputs from
    /// <paramref name="k0"/> on, widened: target [end − start, width]. start is a multiple of 32; columns from valid on are not written.
    /// </summary>
    public static void Unpack(PackedMatrix w, int start, int end, int k0, int valid, float* target, int width)
    {
        for (int n = start; n < end; n++)
        {
            int panel = n / PanelGeometry.FullWidth;
            float* column = w.Panel(panel) + (n % PanelGeometry.FullWidth);
            nint step = w.Outputs.Width(panel);
            float* row = target + ((nint)(n - start) * width);
            for (int j = 0; j < valid; j++)
            {
                int k = k0 + j;
                row[j] = w.ElementType == ElementType.F32
                    ? column[k * step]
                    : BitConverter.UInt32BitsToSingle((uint)((ushort*)(column + ((k >> 1) * step)))[k & 1] << 16);
            }
        }
    }
}
