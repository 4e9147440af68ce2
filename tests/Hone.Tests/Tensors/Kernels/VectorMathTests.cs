using System.Runtime.Intrinsics;
using Hone.Tensors.Kernels;
using Hone.Tests.Support;

namespace Hone.Tests.Tensors.Kernels;

[Trait("Tier", "all")]
public class VectorMathTests
{
    [Fact]
    public void Exp_stays_within_two_ulp()
    {
        double worst = 0;
        for (float x = -87; x <= 88; x += 0.000917f)
        {
            double expected = Math.Exp(x);
            double ulp = MathF.BitIncrement((float)expected) - (double)(float)expected;
            worst = Math.Max(worst, Math.Abs(Exp(x) - expected) / ulp);
        }

        Assert.InRange(worst, 0, 2);
    }

    [Theory]
    [InlineData(float.NegativeInfinity, 0)]
    [InlineData(-1000, 0)]
    [InlineData(-104, 0)]
    [InlineData(0, 1)]
    [InlineData(89, float.PositiveInfinity)]
    [InlineData(float.PositiveInfinity, float.PositiveInfinity)]
    [InlineData(float.NaN, float.NaN)]
    public void Exp_has_these_values_at_its_ends(float x, float expected) => Assert.Equal(expected, Exp(x));

    [Fact]
    public void Exp_falls_to_zero_through_the_denormal_numbers() =>
        Assert.All([-88f, -90f, -95f, -100f, -103f], x => Close.AssertEqual(Math.Exp(x), Exp(x), 1e-6, float.Epsilon));

    [Fact]
    public void Exp_of_a_negative_number_has_the_bits_of_exp() =>
        Assert.All([0f, -1e-30f, -0.3f, -17.25f, -87.9f, -103.5f, -1e30f, float.NegativeInfinity, float.NaN], x =>
            Assert.Equal(Exp(x), VectorMath.ExpOfNegative(Vector512.Create(x))[9]));

    [Fact]
    public void Sigmoid_matches_the_reference()
    {
        for (float x = -80; x <= 80; x += 0.37f)
        {
            Close.AssertEqual(1 / (1 + Math.Exp(-x)), VectorMath.Sigmoid(Vector512.Create(x))[7], relative: 4e-7);
        }
    }

    [Fact]
    public void Tanh_matches_the_reference()
    {
        for (float x = -12; x <= 12; x += 0.00371f)
        {
            Close.AssertEqual(Math.Tanh(x), Tanh(x), relative: 4e-7);
        }

        Assert.All([1e-20f, -3e-7f, 0.01f], x => Close.AssertEqual(Math.Tanh(x), Tanh(x), relative: 2e-7));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1000, 1)]
    [InlineData(float.NegativeInfinity, -1)]
    [InlineData(float.NaN, float.NaN)]
    public void Tanh_has_these_values_at_its_ends(float x, float expected) => Assert.Equal(expected, Tanh(x));

    static float Tanh(float x) => VectorMath.Tanh(Vector512.Create(x))[3];

    static float Exp(float x) => VectorMath.Exp(Vector512.Create(x))[5];
}
