using Hone.Models;
using Hone.Tensors;
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
            cost += Product(decoder, linear.Weight, rows);
        }

        return cost + Product(decoder, decoder.Head, headRows);
    }

    static Cost Product(Decoder decoder, Parameter weight, long rows)
    {
        var type = weight.Packed!.ElementType;
        var cost = OperationCost.Linear(rows, weight.Columns, weight.Rows, type, decoder.Device.Compute, hasStart: false);
        return cost with { Bytes = OperationCost.WeightBytes(weight.Columns, weight.Rows, type) };
    }
}
