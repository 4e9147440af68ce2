using Hone.Models;
using Hone.Tensors.Measurement;

namespace Hone.Bench.Workloads;

/// <summary>What a decoder's matrix products need at least: the yardstick beside whole passes.</summary>
static class DecoderCost
{
    /// <summary>One forward pass of <paramref name="rows"/> rows: every weight is read once, activations stay in caches.</summary>
    /// <param name="headRows">Rows whose logits are computed.</param>
    public static Cost Products(Decoder decoder, long rows, long headRows)
    {
        var cost = default(Cost);
        foreach (var linear in decoder.LinearLayers)
        {
            cost += Product(linear.Weight, rows);
        }

        return cost + Product(decoder.Head, headRows);
    }

    static Cost Product(Tensors.Parameter weight, long rows) =>
        new(2.0 * rows * weight.Rows * weight.Columns, OperationCost.WeightBytes(weight.Columns, weight.Rows, weight.Packed!.ElementType));
}
