using System.Runtime.Intrinsics;
using Hone.Tensors.Kernels;

namespace Hone.Tests.Tensors.Kernels;

[Trait("Tier", "all")]
public class LanesTests
{
    [Fact]
    public void A_partial_load_is_padded_and_a_partial_store_stays_inside()
    {
        for (int count = 1; count <= 33; count++)
        {
            float[] x = [.. Enumerable.Range(1, count).Select(i => (float)i)];
            var y = new float[count + 20];

            for (int i = 0; i < count; i += Lanes.Count)
            {
                Lanes.Store(Lanes.Load(x, i, pad: -7), y.AsSpan(0, count), i);
            }

            Assert.Equal(x, y[..count]);
            Assert.All(y[count..], v => Assert.Equal(0, v));
            int last = (count - 1) / Lanes.Count * Lanes.Count;
            var lanes = Lanes.Load(x, last, pad: -7);
            Assert.Equal(count - last == Lanes.Count ? count : -7, lanes[15]);
        }
    }

    [Fact]
    public void The_sum_joins_halves()
    {
        float[] x = [1e8f, 1, 2, 3, 4, 5, 6, 7, -1e8f, 9, 10, 11, 12, 13, 14, 15];

        float sum = Lanes.Sum(Vector512.Create(x));

        Assert.Equal(112, sum); // 1e8 meets its opposite first; any other order would round 1, 2, 3 … away
    }

    [Theory]
    [InlineData(0)]
    [InlineData(6)]
    [InlineData(15)]
    public void The_maximum_looks_at_every_lane_and_reports_nan(int lane)
    {
        var lanes = Vector512.Create(-3f);

        Assert.Equal(-2, Lanes.Max(lanes.WithElement(lane, -2)));
        Assert.True(float.IsNaN(Lanes.Max(lanes.WithElement(lane, float.NaN))));
    }
}
