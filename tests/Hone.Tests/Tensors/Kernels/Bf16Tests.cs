using Hone.Tensors.Kernels;

namespace Hone.Tests.Tensors.Kernels;

[Trait("Tier", "all")]
public class Bf16Tests
{
    [Fact]
    public void Every_value_survives_widening_and_narrowing()
    {
        ushort[] all = [.. Enumerable.Range(0, 65536).Select(i => (ushort)i).Where(b => !float.IsNaN(Bf16.Widen(b)))];
        var (wide, narrow) = (new float[all.Length], new ushort[all.Length]);

        Bf16.Widen(all, wide);
        Bf16.Narrow(wide, narrow);

        Assert.Equal(all.Select(b => BitConverter.Int32BitsToSingle(b << 16)), wide);
        Assert.Equal(all, narrow);
    }

    [Theory]
    [InlineData(0x3F808000u, 0x3F80)] // a tie goes to the even neighbour, below
    [InlineData(0x3F818000u, 0x3F82)] // and above
    [InlineData(0x3F808001u, 0x3F81)]
    [InlineData(0x3F807FFFu, 0x3F80)]
    [InlineData(0xBF818000u, 0xBF82)]
    [InlineData(0x7F7FFFFFu, 0x7F80)] // the largest float is nearer to infinity
    [InlineData(0x7F800000u, 0x7F80)]
    [InlineData(0x7F800001u, 0x7FC0)] // a NaN whose payload lies in the lower half
    [InlineData(0x00000001u, 0x0000)]
    [InlineData(0x80000000u, 0x8000)]
    public void Narrowing_rounds_to_the_nearest(uint bits, ushort expected)
    {
        var x = new float[19];
        Array.Fill(x, BitConverter.UInt32BitsToSingle(bits));
        var y = new ushort[19];

        Bf16.Narrow(x, y);
        var rounded = new float[19];
        Bf16.Round(x, rounded);

        Assert.All(y, v => Assert.Equal(expected, v));
        Assert.All(rounded, v => Assert.Equal((uint)expected << 16, BitConverter.SingleToUInt32Bits(v)));
    }

    [Fact]
    public void Every_length_is_converted_to_its_end()
    {
        for (int n = 0; n <= 67; n++)
        {
            ushort[] x = [.. Enumerable.Range(0, n).Select(i => (ushort)(0x3F00 + i))];
            var (wide, narrow) = (new float[n], new ushort[n]);

            Bf16.Widen(x, wide);
            Bf16.Narrow(wide, narrow);

            Assert.Equal(x, narrow);
        }
    }
}
