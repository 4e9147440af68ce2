using Hone.Tensors;
using Hone.Tests.Support;

namespace Hone.Tests.Tensors.Ops;

[Trait("Tier", "all")]
public sealed class ExpertOpTests : IDisposable
{
    const int T = 9, C = ExpertBlock.C;

    readonly Workers _workers = new(2);
    readonly Arena _arena = new();

    public void Dispose()
    {
        _arena.Dispose();
        _workers.Dispose();
    }

    [Theory]
    [InlineData(false, false, false, false)]
    [InlineData(false, true, true, false)]
    [InlineData(true, false, true, true)]
    [InlineData(true, true, false, true)]
    public void The_result_is_the_weighted_sum_of_the_chosen_experts(bool clamps, bool overAll, bool adapts, bool biases)
    {
        using var block = new ExpertBlock(clamps, overAll, adapts, biases);
        float[] x = Randoms.Normal(T * C, seed: 1);

        float[] y = Forward(block, x, records: false);

        int[][] choices = block.Choices(Doubles.Of(x));
        double[] expected = [.. Enumerable.Range(0, T * C).Select(i => block.Loss(Doubles.Of(x), choices, OneAt(i)))];
        Close.AssertAll(expected, y, 2e-6, 2e-6);
    }

    [Theory]
    [InlineData(false, false, false, false)]
    [InlineData(false, true, true, false)]
    [InlineData(true, false, true, true)]
    [InlineData(true, true, false, true)]
    public void Every_gradient_matches_central_differences(bool clamps, bool overAll, bool adapts, bool biases)
    {
        using var block = new ExpertBlock(clamps, overAll, adapts, biases);
        float[] x = Randoms.Normal(T * C, seed: 2), dy = Randoms.Normal(T * C, seed: 3);

        float[] dx = Backward(block, x, dy, [0, 4, T]);

        int[][] choices = block.Choices(Doubles.Of(x));
        Close.AssertAll(Doubles.Gradient(at => block.Loss(at, choices, dy), x), dx, 2e-5, 2e-5);
        Assert.All(block.Parameters, pair => Close.AssertAll(
            Doubles.Gradient(at => block.Loss(Doubles.Of(x), choices, dy, pair.Key, at), pair.Value.Read()), Gradient(pair.Value), 2e-5, 2e-5));
    }

    [Fact]
    public void A_frozen_block_sends_back_what_a_trained_one_does()
    {
        using var block = new ExpertBlock(clamps: true, overAll: false, adapts: false, biases: true);
        float[] x = Randoms.Normal(T * C, seed: 2), dy = Randoms.Normal(T * C, seed: 3);

        float[] frozen = Backward(block, x, dy, [0, T], trains: false);

        Assert.Equal(Backward(block, x, dy, [0, T]), frozen);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_row_has_the_same_bits_alone_and_among_others(bool records)
    {
        using var block = new ExpertBlock(clamps: false, overAll: false, adapts: true, biases: true);
        float[] x = Randoms.Normal(T * C, seed: 4), together = Forward(block, x, records);

        for (int t = 0; t < T; t++)
        {
            Assert.Equal(together[(t * C)..((t + 1) * C)], Forward(block, x[(t * C)..((t + 1) * C)], records: false));
        }
    }

    [Fact]
    public void Gradients_of_weights_have_the_same_bits_however_groups_are_batched()
    {
        using var block = new ExpertBlock(clamps: false, overAll: true, adapts: true, biases: true);
        float[] x = Randoms.Normal(T * C, seed: 5), dy = Randoms.Normal(T * C, seed: 6);
        Backward(block, x, dy, [0, 2, 3, T]);
        float[][] together = [.. block.Parameters.Values.Select(Gradient)];

        foreach (var (start, end) in new[] { (0, 2), (2, 3), (3, T) })
        {
            Backward(block, x[(start * C)..(end * C)], dy[(start * C)..(end * C)], [0, end - start]);
        }

        Assert.Equal(together, block.Parameters.Values.Select(Gradient));
    }

    [Fact]
    public void Memory_depends_on_the_number_of_rows_alone()
    {
        using var block = new ExpertBlock(clamps: false, overAll: false, adapts: true, biases: false);
        long[] peaks = [.. Enumerable.Range(1, 4).Select(seed =>
        {
            using var arena = new Arena();
            float[] x = seed == 1 ? [.. Enumerable.Repeat(Randoms.Normal(C, 1), T).SelectMany(row => row)] : Randoms.Normal(T * C, seed);
            Backward(block, x, Randoms.Normal(T * C, 9), [0, T], arena: arena);
            return arena.Peak;
        })];

        Assert.Single(peaks.Distinct());
    }

    float[] Forward(ExpertBlock block, float[] x, bool records)
    {
        var tape = new Tape(new CpuDevice(_workers), _arena, records);
        var input = Input(_arena, x);
        var residual = Input(_arena, x);
        return block.Apply(tape, input, residual).Span.ToArray();
    }

    // The gradient of x, which is the residual, too.
    float[] Backward(ExpertBlock block, float[] x, float[] dy, int[] groups, bool trains = true, Arena? arena = null)
    {
        arena ??= _arena;
        if (trains)
        {
            foreach (var parameter in block.Parameters.Values)
            {
                parameter.Train();
            }
        }

        var tape = new Tape(new CpuDevice(_workers), arena, records: true) { GroupStarts = groups };
        var (input, residual) = (Input(arena, x), Input(arena, x));
        (input.NeedsGradient, residual.NeedsGradient) = (true, true);
        var y = block.Apply(tape, input, residual);
        y.Gradient = Input(arena, dy);
        tape.Backward();
        return [.. input.Gradient!.Span.ToArray().Zip(residual.Gradient!.Span.ToArray(), (a, b) => a + b)];
    }

    float[] Gradient(Parameter parameter)
    {
        parameter.FinishGradient(new CpuDevice(_workers));
        return parameter.Gradient!.Span.ToArray();
    }

    static Tensor Input(Arena arena, float[] values)
    {
        var x = arena.New(values.Length / C, C);
        values.CopyTo(x.Span);
        return x;
    }

    static float[] OneAt(int i)
    {
        float[] one = new float[T * C];
        one[i] = 1;
        return one;
    }
}
