using Hone.Models.Weights;
using Hone.Tests.Support;

namespace Hone.Tests.Models.Weights;

[Trait("Tier", "all")]
public unsafe class Mxfp4Tests
{
    static readonly float[] _values = [0, 0.5f, 1, 1.5f, 2, 3, 4, 6];

    [Fact]
    public void Every_code_at_every_scale_is_exact()
    {
        for (int scale = 0; scale <= 252; scale++)
        {
            float[] decoded = Decode(AllCodes, [(byte)scale], out long beyond);

            Assert.Equal(-1, beyond);
            for (int i = 0; i < 32; i++)
            {
                int code = i % 2 == 0 ? i / 2 : 15 - (i / 2);
                double expected = _values[code % 8] * (code < 8 ? 1 : -1) * Math.Pow(2, scale - 127);
                Assert.Equal(expected, decoded[i]);
            }
        }
    }

    [Fact]
    public void Blocks_have_scales_of_their_own()
    {
        byte[] codes = [.. Randoms.Integers(3 * 16, 256, seed: 1).Select(v => (byte)v)];
        byte[] scales = [120, 127, 130];

        float[] together = Decode(codes, scales, out _);

        for (int block = 0; block < 3; block++)
        {
            Assert.Equal(Decode(codes[(block * 16)..((block + 1) * 16)], [scales[block]], out _), together[(block * 32)..((block + 1) * 32)]);
        }
    }

    [Theory]
    [InlineData(253, 6, 1)]
    [InlineData(253, 5, -1)]
    [InlineData(254, 4, 1)]
    [InlineData(255, 0, 1)]
    public void A_number_that_is_none_is_found(int scale, int code, long expected)
    {
        byte[] codes = new byte[32];
        codes[20] = (byte)(code << 4);

        Decode(codes, [127, (byte)scale], out long beyond);

        Assert.Equal(expected, beyond);
    }

    // The low halves count up, the high ones down.
    static byte[] AllCodes => [.. Enumerable.Range(0, 16).Select(i => (byte)(i | ((15 - i) << 4)))];

    static float[] Decode(byte[] blocks, byte[] scales, out long beyond)
    {
        ushort[] bits = new ushort[scales.Length * 32];
        fixed (byte* b = blocks, s = scales)
        fixed (ushort* target = bits)
        {
            beyond = Mxfp4.Decode(b, s, scales.Length, target);
        }

        return [.. bits.Select(v => BitConverter.UInt32BitsToSingle((uint)v << 16))];
    }
}
