using Hone.Tensors;
using Hone.Tensors.Kernels;
using Hone.Tensors.Measurement;

namespace Hone.Tests.Tensors.Measurement;

public class OperationCostTests
{
    [Fact]
    public void A_product_counts_two_operations_for_each_weight_and_row()
    {
        var cost = OperationCost.Linear(rows: 3, inputs: 5, outputs: 7, ElementType.F32, Compute.F32, hasStart: false);

        Assert.Equal(2.0 * 3 * 5 * 7, cost.Flops);
        Assert.Equal(4.0 * ((5 * 7) + (3 * 5) + (3 * 7)), cost.Bytes);
    }

    [Fact]
    public void A_start_is_read_besides()
    {
        var without = OperationCost.Linear(3, 5, 7, ElementType.F32, Compute.F32, hasStart: false);
        var with = OperationCost.Linear(3, 5, 7, ElementType.F32, Compute.F32, hasStart: true);

        Assert.Equal(4.0 * 3 * 7, with.Bytes - without.Bytes);
    }

    [Theory]
    [InlineData(ElementType.BF16, Compute.Bf16, 210, 0)]
    [InlineData(ElementType.BF16, Compute.F32, 0, 210)]
    [InlineData(ElementType.F32, Compute.Bf16, 0, 210)]
    public void Only_bf16_weights_under_bf16_arithmetic_count_as_bf16_products(ElementType weights, Compute compute, double bf16, double f32)
    {
        var cost = OperationCost.LinearInputGradient(3, 5, 7, weights, compute, accumulate: false);

        Assert.Equal((bf16, f32), (cost.Bf16Flops, cost.F32Flops));
    }

    [Theory]
    [InlineData(1, 0, 1)]
    [InlineData(4, 0, 1 + 2 + 3 + 4)]
    [InlineData(3, 10, 11 + 12 + 13)]
    public void A_row_sees_the_keys_up_to_its_own_position(int rows, int firstPosition, double keys) =>
        Assert.Equal(keys, AttentionWork.Segment(rows, firstPosition).VisibleKeys);

    [Fact]
    public void A_group_costs_its_prompt_once()
    {
        var plan = new AttentionPlan();
        plan.AddGroup(0, promptLength: 20, [3, 5]);

        var expected = AttentionWork.Segment(20, 0) + AttentionWork.Segment(3, 20) + AttentionWork.Segment(5, 20);
        Assert.Equal(expected, AttentionWork.Of(plan));
    }

    [Fact]
    public void Attention_counts_scores_and_weighted_values()
    {
        var shape = new AttentionShape(Heads: 4, KeyValueHeads: 2, HeadWidth: 8, Scale: 1);

        var cost = OperationCost.Attention(shape, AttentionWork.Segment(rows: 2, firstPosition: 0));

        Assert.Equal((1 + 2) * 4 * ((4.0 * 8) + OperationCost.ExponentialFlops), cost.Flops);
    }

    [Fact]
    public void A_measured_call_has_the_cost_of_its_shapes_and_the_same_result()
    {
        using var workers = new Workers(1);
        var plain = new CpuDevice(workers);
        var measured = new MeasuredDevice(plain);
        using var arena = plain.NewArena();
        Tensor gate = Filled(arena, 0.5f), up = Filled(arena, 2f), expected = Filled(arena, 0), y = Filled(arena, 0);
        plain.Gate(Activation.Silu, gate, up, expected);
        measured.Clock.Phase = "forward";

        measured.Gate(Activation.Silu, gate, up, y);

        Assert.Equal(expected.Span.ToArray(), y.Span.ToArray());
        var total = Assert.Single(measured.Clock.Totals);
        Assert.Equal(("forward", Operation.Gate, 1L, OperationCost.Gate(3 * 5)), (total.Phase, total.Operation, total.Calls, total.Cost));
    }

    static Tensor Filled(Arena arena, float value)
    {
        var tensor = arena.New(3, 5);
        tensor.Span.Fill(value);
        return tensor;
    }
}
