using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Hone.Tensors.Kernels;

/// <summary>Turns pairs along the inputs, as a packed BF16 matrix holds them, into pairs along the outputs, as its transposed product reads them.</summary>
/// <remarks>Needs AVX-512 BW. One word W[n, k | k + 1] of each of two neighbouring n becomes one word W[n | n + 1, k] of each of two k.</remarks>
static unsafe class PairTranspose
{
    // Inputs of a panel that one pass turns: eight words of each output.
    const int Inputs = 16;

    /// <summary>
    /// target [(end − start) / 2 rounded up, width, 2] = W[start to end, k to k + width]. start and k are multiples of 32, end is one or is N.
    /// Up to 16 rows beyond may be written; what lies beyond W's inputs may be anything.
    /// </summary>
    public static void Run(PackedMatrix w, int start, int end, int k, int width, void* target)
    {
        int lastRow = w.PanelRows - 1;
        uint* words = (uint*)target;
        for (int n = start; n < end; n += PanelGeometry.FullWidth, words += PanelGeometry.FullWidth / 2 * width)
        {
            int panel = n / PanelGeometry.FullWidth, columns = w.Outputs.Width(panel);
            uint* source = (uint*)w.Panel(panel), next = (uint*)w.Panel(panel + 1);
            for (int input = 0; input < width; input += Inputs)
            {
                RunBlock(source, columns, (k + input) / 2, lastRow, next + ((k + input) / 2 * PanelGeometry.FullWidth), words + input, width);
            }
        }
    }

    // Two words of one row of the panel are a 64-bit element; eight rows of such elements are transposed.
    // The same place of the next panel is too far away for the processor to expect it.
    static void RunBlock(uint* panel, int columns, int row, int lastRow, uint* next, uint* target, int width)
    {
        uint* r0 = panel + (Math.Min(row, lastRow) * columns), r1 = panel + (Math.Min(row + 1, lastRow) * columns);
        uint* r2 = panel + (Math.Min(row + 2, lastRow) * columns), r3 = panel + (Math.Min(row + 3, lastRow) * columns);
        uint* r4 = panel + (Math.Min(row + 4, lastRow) * columns), r5 = panel + (Math.Min(row + 5, lastRow) * columns);
        uint* r6 = panel + (Math.Min(row + 6, lastRow) * columns), r7 = panel + (Math.Min(row + 7, lastRow) * columns);
        for (int n = 0; n < columns; n += 4, target += 2 * width, next += PanelGeometry.FullWidth)
        {
            Sse.Prefetch0(next);
            Sse.Prefetch0(next + (PanelGeometry.FullWidth / 2));
            var even = ExchangeMiddle(Lines(r0 + n, r2 + n, r4 + n, r6 + n));
            var odd = ExchangeMiddle(Lines(r1 + n, r3 + n, r5 + n, r7 + n));
            Avx512F.UnpackLow(even, odd).AsUInt32().Store(target);
            Avx512F.UnpackHigh(even, odd).AsUInt32().Store(target + width);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<byte> Lines(uint* line0, uint* line1, uint* line2, uint* line3)
    {
        var low = Vector128.Load(line0).ToVector256Unsafe().WithUpper(Vector128.Load(line1));
        var high = Vector128.Load(line2).ToVector256Unsafe().WithUpper(Vector128.Load(line3));
        return low.ToVector512Unsafe().WithUpper(high).AsByte();
    }

    // Of each four halves, the second and the third change places. A constant in place: a static field may lie across cache lines.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<ulong> ExchangeMiddle(Vector512<byte> words) => Avx512BW.Shuffle(
        words,
        Vector512.Create(
            0x0706_0302_0504_0100, 0x0F0E_0B0A_0D0C_0908, 0x0706_0302_0504_0100, 0x0F0E_0B0A_0D0C_0908,
            0x0706_0302_0504_0100, 0x0F0E_0B0A_0D0C_0908, 0x0706_0302_0504_0100, 0x0F0E_0B0A_0D0C_0908).AsByte()).AsUInt64();
}
