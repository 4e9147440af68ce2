using Hone.Tensors.Kernels;
using Hone.Tests.Support;
using Hone.Tests.Tensors.Kernels.Reference;

namespace Hone.Tests.Tensors.Kernels;

[Trait("Tier", "all")]
public class RotaryEmbeddingTests
{
    const int Rows = 5, Heads = 3;

    static readonly int[] _positions = [0, 7, 3, 31, 12];

    /// <summary>Head width, rotated width.</summary>
    public static IEnumerable<object[]> EveryWidth =>
        Enumerable.Range(1, 67).Select(n => (2 * n, 2 * n)).Concat([(20, 8), (64, 32), (128, 34), (256, 256), (13, 6)])
            .Select(pair => new object[] { pair.Item1, pair.Item2 });

    [Theory, MemberData(nameof(EveryWidth))]
    public void Forward_matches_the_reference(int headWidth, int rotatedWidth)
    {
        var (cos, sin) = Tables(rotatedWidth);
        var x = Randoms.Normal(Rows * Heads * headWidth, seed: headWidth);
        var expected = RotaryEmbeddingReference.Forward(Doubles.Of(x), Heads, headWidth, rotatedWidth, _positions, cos, sin);

        RotaryEmbedding.Forward(x, Rows, Heads, headWidth, rotatedWidth, _positions, cos, sin);

        Close.AssertAll(expected, x, relative: 1e-6, absolute: 1e-6);
    }

    [Theory, MemberData(nameof(EveryWidth))]
    public void Backward_matches_central_differences(int headWidth, int rotatedWidth)
    {
        var (cos, sin) = Tables(rotatedWidth);
        var (x, dy) = (Randoms.Normal(Heads * headWidth, seed: 1), Randoms.Normal(Heads * headWidth, seed: 2));
        int[] position = [7];
        var expected = Doubles.Gradient(
            at => Doubles.Dot(RotaryEmbeddingReference.Forward(at, Heads, headWidth, rotatedWidth, position, cos, sin), dy), x);

        RotaryEmbedding.Backward(dy, 1, Heads, headWidth, rotatedWidth, position, cos, sin);

        Close.AssertAll(expected, dy, relative: 1e-6, absolute: 1e-6);
    }

    [Fact]
    public void Tables_hold_the_cosine_and_sine_of_position_times_frequency()
    {
        var (cos, sin) = (new float[3 * 2], new float[3 * 2]);

        RotaryEmbedding.Tables([1f, 0.1f], attentionFactor: 2, positions: 3, cos, sin);

        double[] angles = [0, 0, 1, 0.1, 2, 0.2];
        Close.AssertAll([.. angles.Select(a => 2 * Math.Cos(a))], cos, 2e-7);
        Close.AssertAll([.. angles.Select(a => 2 * Math.Sin(a))], sin, 2e-7);
    }

    [Theory, MemberData(nameof(EveryWidth))]
    public void A_row_alone_has_the_bits_it_has_among_many(int headWidth, int rotatedWidth)
    {
        const int Many = 64;
        int width = Heads * headWidth;
        var (cos, sin) = Tables(rotatedWidth);
        var x = Randoms.Normal(Many * width, seed: 1);
        var positions = Randoms.Integers(Many, below: 32, seed: 2);
        var row = x[(41 * width)..(42 * width)];

        RotaryEmbedding.Forward(x, Many, Heads, headWidth, rotatedWidth, positions, cos, sin);
        RotaryEmbedding.Forward(row, 1, Heads, headWidth, rotatedWidth, [positions[41]], cos, sin);

        Assert.Equal(x[(41 * width)..(42 * width)], row);
    }

    static (float[] Cos, float[] Sin) Tables(int rotatedWidth)
    {
        int half = rotatedWidth / 2;
        float[] frequencies = [.. Enumerable.Range(0, half).Select(j => (float)Math.Pow(10000, -2.0 * j / rotatedWidth))];
        var (cos, sin) = (new float[32 * half], new float[32 * half]);
        RotaryEmbedding.Tables(frequencies, attentionFactor: 1.2f, positions: 32, cos, sin);
        return (cos, sin);
    }
}
