using System.Runtime.InteropServices;

namespace Hone.Models.Gguf;

/// <summary>
/// Q8_0: for each block of 32 numbers d = max|x| / 127, stored in F16, and q = round(x / d), halves away from zero, in −127..127; a number
/// is then d · q.
/// </summary>
static class QuantizedBlocks
{
    /// <summary>Numbers of a block.</summary>
    public const int Length = 32;

    /// <summary>Bytes of a block.</summary>
    public const int Bytes = sizeof(ushort) + Length;

    /// <summary>x: a multiple of 32 numbers; blocks: 34 bytes for each 32.</summary>
    public static void Quantize(ReadOnlySpan<float> x, Span<byte> blocks)
    {
        for (int block = 0; block < x.Length / Length; block++)
        {
            var source = x.Slice(block * Length, Length);
            var target = blocks.Slice(block * Bytes, Bytes);
            float largest = 0;
            foreach (float value in source)
            {
                largest = MathF.Max(largest, MathF.Abs(value));
            }

            // The quotient uses the scale before it is rounded to F16, as other programs do: the same weights give the same bytes.
            float scale = largest / 127, inverse = scale == 0 ? 0 : 1 / scale;
            MemoryMarshal.Write(target, (Half)scale);
            for (int i = 0; i < Length; i++)
            {
                target[sizeof(ushort) + i] = (byte)(sbyte)MathF.Round(source[i] * inverse, MidpointRounding.AwayFromZero);
            }
        }
    }

    public static void Widen(ReadOnlySpan<byte> blocks, Span<float> x)
    {
        for (int block = 0; block < x.Length / Length; block++)
        {
            var source = blocks.Slice(block * Bytes, Bytes);
            float scale = (float)MemoryMarshal.Read<Half>(source);
            for (int i = 0; i < Length; i++)
            {
                x[(block * Length) + i] = scale * (sbyte)source[sizeof(ushort) + i];
            }
        }
    }
}
