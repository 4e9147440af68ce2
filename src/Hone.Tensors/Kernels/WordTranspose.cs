using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Hone.Tensors.Kernels;

/// <summary>target [columns, rows] = source [rows, columns] transposed, in 32-bit words: floats or pairs of BF16.</summary>
static unsafe class WordTranspose
{
    /// <param name="source">The first word; it need not be aligned.</param>
    /// <param name="sourceBytes">Bytes from one row of the source to the next.</param>
    /// <param name="rows">Rows of the source.</param>
    /// <param name="columns">Columns of the source.</param>
    /// <param name="target">The first word of the transposed matrix.</param>
    /// <param name="targetRow">Words from one row of the target to the next.</param>
    public static void Run(void* source, nint sourceBytes, int rows, int columns, float* target, nint targetRow)
    {
        int row = 0, wholeColumns = columns & ~3;
        for (; Avx512F.IsSupported && row <= rows - 16; row += 16)
        {
            Rows16((byte*)source + (row * sourceBytes), sourceBytes, wholeColumns, target + row, targetRow);
            Scalar(source, sourceBytes, row, row + 16, wholeColumns, columns, target, targetRow);
        }

        for (; Avx.IsSupported && row <= rows - 8; row += 8)
        {
            Rows8((byte*)source + (row * sourceBytes), sourceBytes, wholeColumns, target + row, targetRow);
            Scalar(source, sourceBytes, row, row + 8, wholeColumns, columns, target, targetRow);
        }

        Scalar(source, sourceBytes, row, rows, 0, columns, target, targetRow);
    }

    static void Scalar(
        void* source, nint sourceBytes, int startRow, int endRow, int startColumn, int endColumn, float* target, nint targetRow)
    {
        for (int row = startRow; row < endRow; row++)
        {
            float* words = (float*)((byte*)source + (row * sourceBytes));
            for (int column = startColumn; column < endColumn; column++)
            {
                target[(column * targetRow) + row] = words[column];
            }
        }
    }

    // 128-bit lane q of line i holds row 4q + i: a 4×4 transposition inside the lanes puts all sixteen rows in order.
    static void Rows16(byte* source, nint stride, int columns, float* target, nint targetRow)
    {
        for (; columns > 0; columns -= 4, source += 4 * sizeof(float), target += 4 * targetRow)
        {
            var line0 = Lines16(source, stride);
            var line1 = Lines16(source + stride, stride);
            var line2 = Lines16(source + (2 * stride), stride);
            var line3 = Lines16(source + (3 * stride), stride);
            var low01 = Avx512F.UnpackLow(line0, line1);
            var low23 = Avx512F.UnpackLow(line2, line3);
            var high01 = Avx512F.UnpackHigh(line0, line1);
            var high23 = Avx512F.UnpackHigh(line2, line3);
            Avx512F.Shuffle(low01, low23, 0x44).Store(target);
            Avx512F.Shuffle(low01, low23, 0xEE).Store(target + targetRow);
            Avx512F.Shuffle(high01, high23, 0x44).Store(target + (2 * targetRow));
            Avx512F.Shuffle(high01, high23, 0xEE).Store(target + (3 * targetRow));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<float> Lines16(byte* source, nint stride) =>
        Lines8(source, stride).ToVector512Unsafe().WithUpper(Lines8(source + (8 * stride), stride));

    static void Rows8(byte* source, nint stride, int columns, float* target, nint targetRow)
    {
        for (; columns > 0; columns -= 4, source += 4 * sizeof(float), target += 4 * targetRow)
        {
            var line0 = Lines8(source, stride);
            var line1 = Lines8(source + stride, stride);
            var line2 = Lines8(source + (2 * stride), stride);
            var line3 = Lines8(source + (3 * stride), stride);
            var low01 = Avx.UnpackLow(line0, line1);
            var low23 = Avx.UnpackLow(line2, line3);
            var high01 = Avx.UnpackHigh(line0, line1);
            var high23 = Avx.UnpackHigh(line2, line3);
            Avx.Shuffle(low01, low23, 0x44).Store(target);
            Avx.Shuffle(low01, low23, 0xEE).Store(target + targetRow);
            Avx.Shuffle(high01, high23, 0x44).Store(target + (2 * targetRow));
            Avx.Shuffle(high01, high23, 0xEE).Store(target + (3 * targetRow));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<float> Lines8(byte* source, nint stride) =>
        Vector128.Load((float*)source).ToVector256Unsafe().WithUpper(Vector128.Load((float*)(source + (4 * stride))));
}
