using Hone.Tensors.Kernels;
using Hone.Tests.Support;
using Hone.Tests.Tensors.Kernels.Reference;

namespace Hone.Tests.Tensors.Kernels;

[Trait("Tier", "all")]
public class ExpertRoutingTests
{
    public static TheoryData<int, int, bool> Shapes
    {
        get
        {
            var shapes = new TheoryData<int, int, bool>();
            foreach (int experts in new[] { 1, 2, 5, 8, 15, 16, 17, 32, 60, 128 })
            {
                foreach (int k in new[] { 1, 2, 4, 8, 17 }.Where(k => k <= experts))
                {
                    shapes.Add(experts, k, false);
                    shapes.Add(experts, k, true);
                }
            }

            return shapes;
        }
    }

    [Theory, MemberData(nameof(Shapes))]
    public void The_largest_logits_are_chosen_and_weighted_by_softmax(int E, int k, bool overAll)
    {
        float[] logits = Randoms.Normal(E, seed: E, scale: 3);

        var (experts, weights) = Route(logits, k, overAll);

        double[] exact = Doubles.Of(logits);
        Assert.Equal(ExpertRoutingReference.Choose(exact, k), experts);
        Close.AssertAll(ExpertRoutingReference.Weights(exact, experts, overAll), weights, relative: 1e-6);
    }

    [Theory, MemberData(nameof(Shapes))]
    public void Backward_matches_central_differences(int E, int k, bool overAll)
    {
        float[] logits = Randoms.Normal(E, seed: E, scale: 2), dWeights = Randoms.Normal(k, seed: 9);
        var (experts, weights) = Route(logits, k, overAll);
        float[] dLogits = new float[E];
        Array.Fill(dLogits, float.NaN);

        ExpertRouting.Backward(logits, overAll, experts, weights, dWeights, dLogits);

        Close.AssertAll(
            Doubles.Gradient(at => Doubles.Dot(ExpertRoutingReference.Weights(at, experts, overAll), dWeights), logits), dLogits, 2e-6, 1e-6);
    }

    [Fact]
    public void Of_equal_logits_the_lowest_index_comes_first() =>
        Assert.Equal([1, 3, 0, 2], Route([0.5f, 2, 0.5f, 2, -1], 4, overAll: false).Experts);

    [Fact]
    public void Weights_over_the_chosen_are_those_over_all_divided_by_their_sum()
    {
        float[] logits = Randoms.Normal(8, seed: 1, scale: 2);
        float[] chosen = Route(logits, 3, overAll: false).Weights, all = Route(logits, 3, overAll: true).Weights;

        Close.AssertAll([.. all.Select(w => w / (double)all.Sum())], chosen, relative: 1e-6);
    }

    [Fact]
    public void Large_logits_do_not_overflow() =>
        Close.AssertAll([1 / (1 + Math.Exp(-1)), 1 / (1 + Math.E)], Route([-1e30f, 299, 300], 2, overAll: true).Weights, 1e-6);

    [Fact]
    public void A_row_of_no_numbers_still_chooses_different_experts()
    {
        var (experts, weights) = Route([float.NaN, 1, float.NaN, float.NaN], 3, overAll: false);

        Assert.Equal([1, 0, 2], experts);
        Assert.All(weights, w => Assert.True(float.IsNaN(w)));
    }

    static (int[] Experts, float[] Weights) Route(float[] logits, int k, bool overAll)
    {
        var (experts, weights) = (new int[k], new float[k]);
        ExpertRouting.Forward(logits, overAll, experts, weights);
        return (experts, weights);
    }
}
