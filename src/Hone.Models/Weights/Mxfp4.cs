using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Hone.Models.Weights;

/// <summary>
/// MXFP4, the format of gpt-oss's experts: blocks of 32 numbers in 16 bytes, the even number of a pair in the low half of its byte, and one
/// byte of scale for each block. A number is one of 0, ½, 1, 1½, 2, 3, 4, 6 with a sign, times 2^(scale − 127). BF16 holds it exactly.
/// </summary>
static unsafe class Mxfp4
{
    public const int BlockNumbers = 32, BlockBytes = 16;

    // Codes 0 to 15: the sign is the highest bit.
    static readonly float[] _values = [0, .5f, 1, 1.5f, 2, 3, 4, 6, -0f, -.5f, -1, -1.5f, -2, -3, -4, -6];

    // For each scale the sixteen numbers as BF16 bits: sixteen low bytes, then sixteen high bytes.
    static readonly byte[] _tables = Tables();

    /// <summary>Blocks to BF16 bits, 32 for each block.</summary>
    /// <returns>The first block with a number that BF16 does not hold, or −1.</returns>
    public static long Decode(byte* blocks, byte* scales, long count, ushort* target)
    {
        fixed (byte* tables = _tables)
        {
            for (long block = 0; block < count; block++, blocks += BlockBytes, target += BlockNumbers)
            {
                byte* table = tables + (scales[block] * 2 * BlockBytes);
                Decode(Vector128.Load(blocks), Vector128.Load(table), Vector128.Load(table + BlockBytes), target);
                if (scales[block] >= FirstScaleBeyond && !AllFinite(target))
                {
                    return block;
                }
            }
        }

        return -1;
    }

    // 6 · 2^126 is beyond the largest BF16 number.
    const int FirstScaleBeyond = 126 + 127;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Decode(Vector128<byte> codes, Vector128<byte> low, Vector128<byte> high, ushort* target)
    {
        var even = codes & Vector128.Create((byte)15);
        var odd = codes >>> 4;
        var (evenLow, evenHigh) = (Vector128.Shuffle(low, even), Vector128.Shuffle(high, even));
        var (oddLow, oddHigh) = (Vector128.Shuffle(low, odd), Vector128.Shuffle(high, odd));
        var (e0, e1) = Join(evenLow, evenHigh);
        var (o0, o1) = Join(oddLow, oddHigh);

        // A word holds a pair, the even number in its low half.
        var (e00, e01) = Vector128.Widen(e0);
        var (e10, e11) = Vector128.Widen(e1);
        var (o00, o01) = Vector128.Widen(o0);
        var (o10, o11) = Vector128.Widen(o1);
        uint* words = (uint*)target;
        (e00 | (o00 << 16)).Store(words);
        (e01 | (o01 << 16)).Store(words + 4);
        (e10 | (o10 << 16)).Store(words + 8);
        (e11 | (o11 << 16)).Store(words + 12);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static (Vector128<ushort> First, Vector128<ushort> Last) Join(Vector128<byte> low, Vector128<byte> high)
    {
        var (low0, low1) = Vector128.Widen(low);
        var (high0, high1) = Vector128.Widen(high);
        return (low0 | (high0 << 8), low1 | (high1 << 8));
    }

    static bool AllFinite(ushort* numbers)
    {
        const int Exponent = 0x7F80;
        for (int i = 0; i < BlockNumbers; i++)
        {
            if ((numbers[i] & Exponent) == Exponent)
            {
                return false;
            }
        }

        return true;
    }

    static byte[] Tables()
    {
        byte[] tables = new byte[256 * 2 * BlockBytes];
        for (int scale = 0; scale < 256; scale++)
        {
            // The last scale means NaN.
            float factor = scale == 255 ? float.NaN : MathF.ScaleB(1, scale - 127);
            for (int code = 0; code < _values.Length; code++)
            {
                uint bits = BitConverter.SingleToUInt32Bits(_values[code] * factor) >> 16;
                tables[(scale * 2 * BlockBytes) + code] = (byte)bits;
                tables[(scale * 2 * BlockBytes) + BlockBytes + code] = (byte)(bits >> 8);
            }
        }

        return tables;
    }
}
