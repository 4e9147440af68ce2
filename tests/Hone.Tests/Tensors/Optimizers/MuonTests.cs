using Hone.Tensors;
using Hone.Tensors.Optimizers;
using Hone.Tests.Support;

namespace Hone.Tests.Tensors.Optimizers;

[Trait("Tier", "all")]
public sealed class MuonTests : IDisposable
{
    const float Rate = 0.02f;

    readonly Workers _one = new(1);
    readonly Workers _two = new(2);

    public void Dispose()
    {
        _one.Dispose();
        _two.Dispose();
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(24, 24)]
    [InlineData(17, 40)]
    [InlineData(40, 17)]
    [InlineData(3, 70)]
    public void Two_steps_match_the_reference(int rows, int columns)
    {
        var settings = new MuonSettings(WeightDecay: 0.1f);
        var weights = Randoms.Normal(rows * columns, seed: 1);
        var momentum = new float[weights.Length];
        var expected = Doubles.Of(weights);
        var expectedMomentum = new double[weights.Length];
        using var muon = new Muon(settings);
        for (int step = 0; step < 2; step++)
        {
            var gradient = Randoms.Normal(weights.Length, seed: 2 + step);
            muon.Step(weights, gradient, momentum, rows, columns, Rate, gradientScale: 0.5f, _two);
            Reference(expected, gradient, expectedMomentum, rows, columns, settings, 0.5);
        }

        Close.AssertAll(expectedMomentum, momentum, relative: 1e-6, absolute: 1e-6);
        Close.AssertAll(expected, weights, relative: 1e-6, absolute: 2e-6);
    }

    [Fact]
    public void Singular_values_end_near_one()
    {
        // The rows of a step's O: their products with one another are near those of the identity.
        const int Rows = 20, Columns = 50;
        var weights = new float[Rows * Columns];
        using var muon = new Muon(new());
        muon.Step(weights, Randoms.Normal(weights.Length, seed: 3), new float[weights.Length], Rows, Columns, 1, 1, _one);
        for (int i = 0; i < Rows; i++)
        {
            double length = 0;
            for (int k = 0; k < Columns; k++)
            {
                length += (double)weights[(i * Columns) + k] * weights[(i * Columns) + k];
            }

            Assert.InRange(Math.Sqrt(length), 0.65, 1.25);
        }
    }

    [Fact]
    public void Two_threads_give_the_bits_of_one()
    {
        const int Rows = 130, Columns = 96;
        Assert.Equal(Step(_one), Step(_two));

        static float[] Step(Workers workers)
        {
            var weights = Randoms.Normal(Rows * Columns, seed: 1);
            using var muon = new Muon(new());
            muon.Step(weights, Randoms.Normal(weights.Length, seed: 2), new float[weights.Length], Rows, Columns, Rate, 1, workers);
            return weights;
        }
    }

    [Fact]
    public void A_gradient_of_zero_moves_nothing()
    {
        var weights = Randoms.Normal(12, seed: 1);
        var before = weights.ToArray();
        using var muon = new Muon(new());
        muon.Step(weights, new float[12], new float[12], 3, 4, Rate, 1, _one);
        Assert.Equal(before, weights);
    }

    static void Reference(
        double[] weights, float[] gradient, double[] momentum, int rows, int columns, MuonSettings settings, double gradientScale)
    {
        var update = new double[weights.Length];
        for (int i = 0; i < update.Length; i++)
        {
            double g = gradient[i] * gradientScale;
            momentum[i] = (settings.Momentum * momentum[i]) + g;
            update[i] = g + (settings.Momentum * momentum[i]);
        }

        // X·(Xᵀ·X) = (X·Xᵀ)·X: the reference always works on the right side.
        double norm = Math.Sqrt(update.Sum(u => u * u));
        var x = Array.ConvertAll(update, u => u / norm);
        for (int i = 0; i < 5; i++)
        {
            var a = Product(Transpose(x, rows, columns), x, columns, rows, columns);
            var squared = Product(a, a, columns, columns, columns);
            var b = a.Zip(squared, (first, second) => (-4.7750 * first) + (2.0315 * second)).ToArray();
            x = Product(x, b, rows, columns, columns).Zip(x, (change, old) => (3.4445 * old) + change).ToArray();
        }

        double scale = Rate * Math.Sqrt(Math.Max(1, (double)rows / columns));
        for (int i = 0; i < weights.Length; i++)
        {
            weights[i] = (weights[i] * (1 - (Rate * settings.WeightDecay))) - (scale * x[i]);
        }
    }

    static double[] Transpose(double[] x, int rows, int columns)
    {
        var transposed = new double[x.Length];
        for (int i = 0; i < x.Length; i++)
        {
            transposed[(i % columns * rows) + (i / columns)] = x[i];
        }

        return transposed;
    }

    static double[] Product(double[] a, double[] b, int rows, int inner, int columns)
    {
        var product = new double[rows * columns];
        for (int i = 0; i < product.Length; i++)
        {
            for (int k = 0; k < inner; k++)
            {
                product[i] += a[(i / columns * inner) + k] * b[(k * columns) + (i % columns)];
            }
        }

        return product;
    }
}
