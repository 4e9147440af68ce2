using Hone.Models.Sampling;
using Hone.Tensors.Kernels;
using Hone.Tests.Support;

namespace Hone.Tests.Models.Sampling;

[Trait("Tier", "all")]
public class SamplerTests
{
    static readonly SamplingSettings _plain = new();

    public static TheoryData<int> EveryVocabulary => [.. Enumerable.Range(1, 40), 127, 128, 129, 5003];

    [Theory, MemberData(nameof(EveryVocabulary))]
    public void Probabilities_without_filters_are_the_softmax(int V)
    {
        var logits = Randoms.Normal(V, seed: V, scale: 3);

        var actual = Probabilities(logits, new() { Temperature = 0.8f });

        double[] weights = [.. logits.Select(x => Math.Exp(x / (double)0.8f))];
        Close.AssertAll([.. weights.Select(w => w / weights.Sum())], actual, 3e-6, 1e-9);
    }

    [Theory, MemberData(nameof(EveryVocabulary))]
    public void The_token_is_the_first_whose_cumulative_probability_exceeds_the_uniform_number(int V)
    {
        var logits = Randoms.Normal(V, seed: V, scale: 2);
        double[] weights = [.. logits.Select(x => Math.Exp(x))];
        double total = weights.Sum(), below = 0;

        for (int v = 0; v < V; v++)
        {
            double middle = (below + weights[v] / 2) / total; // the middle of the token's interval, where rounding decides nothing
            below += weights[v];
            if (weights[v] / total > 1e-5)
            {
                Assert.Equal(v, Choose(logits, _plain, (float)middle));
            }
        }
    }

    [Fact]
    public void One_segment_gives_the_token_of_the_whole_row()
    {
        var logits = Randoms.Normal(5003, seed: 3, scale: 4);

        for (float uniform = 0; uniform < 1; uniform += 0.00217f)
        {
            Assert.Equal(Choose(logits, new() { Temperature = 0.7f }, uniform), ChooseBySegments(logits, 1f / 0.7f, uniform));
        }
    }

    [Fact]
    public void Segments_give_the_first_token_whose_cumulative_probability_exceeds_the_uniform_number()
    {
        var logits = Randoms.Normal((3 * VocabularySums.Segment) + 77, seed: 4, scale: 2);
        logits.AsSpan(VocabularySums.Segment, VocabularySums.Segment).Fill(float.NegativeInfinity);
        double[] weights = [.. logits.Select(x => Math.Exp(x))];
        double total = weights.Sum(), below = 0;

        for (int v = 0; v < weights.Length; v++)
        {
            double middle = (below + (weights[v] / 2)) / total;
            below += weights[v];
            if (weights[v] / total > 2e-5)
            {
                Assert.Equal(v, ChooseBySegments(logits, 1, (float)middle));
            }
        }

        Assert.Equal(0, ChooseBySegments(logits, 1, 0));
        Assert.Equal(logits.Length - 1, ChooseBySegments(logits, 1, 1));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Segments_that_are_damaged_give_no_token(float damage)
    {
        var logits = Randoms.Normal(2 * VocabularySums.Segment, seed: 5);
        logits[9000] = damage;

        Assert.Throws<ArithmeticException>(() => ChooseBySegments(logits, 1, 0.5f));
        Assert.Throws<ArithmeticException>(() => ChooseBySegments([float.NegativeInfinity, float.NegativeInfinity], 1, 0.5f));
    }

    [Fact]
    public void The_ends_of_the_interval_fall_on_kept_tokens()
    {
        float[] logits = [float.NegativeInfinity, 1, 2, float.NegativeInfinity, 0, .. Enumerable.Repeat(float.NegativeInfinity, 30)];

        Assert.Equal(1, Choose(logits, _plain, 0));
        Assert.Equal(4, Choose(logits, _plain, MathF.BitDecrement(1)));
        Assert.Equal(4, Choose(logits, _plain, 1));
        Assert.Equal(2, Choose(logits, new() { TopK = 1 }, MathF.BitDecrement(1)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(39)]
    public void A_temperature_of_zero_takes_the_lowest_id_among_the_most_probable(int id)
    {
        var logits = new float[40];
        logits[id] = 3;
        logits[39] = 3;

        Assert.Equal(id, Choose(logits, new() { Temperature = 0 }, 0.7f));
        Assert.Equal([id], Kept(logits, new() { Temperature = 0 }));
    }

    [Fact]
    public void Top_k_keeps_the_largest_and_their_equals()
    {
        var logits = Randoms.Normal(1000, seed: 3);
        logits[7] = logits[900] = logits.Order().ElementAt(1000 - 20);
        float bound = logits.OrderDescending().ElementAt(19);

        int[] kept = Kept(logits, new() { TopK = 20 });

        Assert.Equal(Enumerable.Range(0, 1000).Where(v => logits[v] >= bound), kept);
        Assert.True(kept.Length > 20);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(31)]
    [InlineData(499)]
    [InlineData(500)]
    [InlineData(1000)]
    public void Top_k_keeps_k_of_different_logits(int k) =>
        Assert.Equal(Math.Min(k, 500), Kept(Randoms.Normal(500, seed: k), new() { TopK = k }).Length);

    [Theory]
    [InlineData(0.1f)]
    [InlineData(0.9f)]
    [InlineData(0.99f)]
    [InlineData(0.999f)]
    public void Top_p_keeps_the_fewest_that_reach_p(float p)
    {
        var logits = Randoms.Normal(3000, seed: 5, scale: 3);
        var probabilities = Probabilities(logits, _plain);
        int[] byProbability = [.. Enumerable.Range(0, 3000).OrderByDescending(v => logits[v])];

        int[] kept = Kept(logits, new() { TopP = p });

        Assert.Equal(byProbability[..kept.Length].Order(), kept);
        Assert.InRange(byProbability[..kept.Length].Sum(v => (double)probabilities[v]), p - 1e-5, 1.001);
        Assert.InRange(byProbability[..(kept.Length - 1)].Sum(v => (double)probabilities[v]), 0, p + 1e-5);
    }

    [Fact]
    public void Min_p_is_a_share_of_the_most_probable() =>
        Assert.Equal([0, 2], Kept([2, 0.9f, 1.1f, -5], new() { MinP = MathF.Exp(-1) }));

    [Fact]
    public void The_repetition_penalty_meets_each_previous_token_once()
    {
        float[] logits = [1, -1, 2, 0.5f];

        var actual = Probabilities(logits, new() { RepetitionPenalty = 2 }, previous: [2, 1, 2]);

        var expected = Probabilities([1, -2, 1, 0.5f], _plain);
        Assert.Equal(expected, actual);
        Assert.Equal([1, -1, 2, 0.5f], logits);
    }

    [Fact]
    public void Drawn_tokens_follow_the_probabilities()
    {
        var logits = Randoms.Normal(20, seed: 1);
        var settings = new SamplingSettings { Temperature = 0.7f, TopP = 0.95f };
        var probabilities = Probabilities(logits, settings);
        const int Draws = 20000;

        int[] counts = new int[20];
        for (int i = 0; i < Draws; i++)
        {
            counts[Choose(logits, settings, (i + 0.5f) / Draws)]++;
        }

        Assert.All(counts.Zip(probabilities), pair => Assert.InRange(pair.First, pair.Second * Draws - 1.1, pair.Second * Draws + 1.1));
    }

    [Theory]
    [InlineData(float.NaN, 1)]
    [InlineData(float.NaN, 0)]
    [InlineData(float.PositiveInfinity, 1)]
    [InlineData(float.NegativeInfinity, 1)]
    [InlineData(float.NegativeInfinity, 0)]
    public void Logits_without_a_distribution_are_refused(float bad, float temperature)
    {
        float[] logits = float.IsNegativeInfinity(bad) ? [bad, bad, bad] : [1, 2, bad];

        var failure = Assert.Throws<ArithmeticException>(() => Choose(logits, new() { Temperature = temperature }, 0.5f));

        Assert.StartsWith("No token can be drawn", failure.Message, StringComparison.Ordinal);
    }

    static int Choose(float[] logits, SamplingSettings settings, float uniform) =>
        Sampler.Choose(logits, settings, uniform, new float[logits.Length]);

    static float[] Probabilities(float[] logits, SamplingSettings settings, int[]? previous = null)
    {
        var probabilities = new float[logits.Length];
        Sampler.Probabilities(logits, settings, previous ?? [], probabilities);
        return probabilities;
    }

    static int[] Kept(float[] logits, SamplingSettings settings)
    {
        var probabilities = Probabilities(logits, settings);
        return [.. Enumerable.Range(0, logits.Length).Where(v => probabilities[v] > 0)];
    }

    static int ChooseBySegments(float[] logits, float inverseTemperature, float uniform)
    {
        VocabularySums[] segments = [.. logits.Chunk(VocabularySums.Segment).Select(part => VocabularySums.OfSegment(part, inverseTemperature))];
        return Sampler.Choose(logits, inverseTemperature, segments, uniform, new float[VocabularySums.Segment]);
    }
}
