using Hone.Models.Configuration;
using Hone.Tensors;
using Hone.Tensors.Kernels;
using Hone.Tensors.Ops;

namespace Hone.Models;

/// <summary>One layer: x += attention(norm(x)), x += mlp(norm(x)).</summary>
public sealed class DecoderLayer(DecoderConfig config, AttentionShape shape, DecoderLayer.Weights weights)
{
    public sealed record Weights(
        Parameter InputNorm, Parameter? QueryNorm, Parameter? KeyNorm, Parameter PostAttentionNorm, IReadOnlyList<LinearLayer> Linear);

    public IReadOnlyList<LinearLayer> Linear => weights.Linear;

    public IEnumerable<Parameter> Parameters => new[]
    {
        weights.InputNorm, weights.QueryNorm, weights.KeyNorm, weights.PostAttentionNorm,
    }.OfType<Parameter>().Concat(Linear.Select(linear => linear.Weight));

    /// <summary>x, result: [T, C].</summary>
    /// <param name="cache">This layer's pages when the batch continues cached sequences, else null.</param>
    /// <param name="observe">Shown x after the attention and after the MLP.</param>
    public Tensor Apply(
        Tape tape, Tensor x, RowBatch batch, RotaryTables tables, KeyValuePages? cache, Action<Tensor>? observe = null)
    {
        var attended = Attend(tape, tape.Normed(x, weights.InputNorm, config.NormEpsilon), batch, tables, cache);
        x = tape.Linear(attended, Linear[3].Weight, Linear[3].Adapter, residual: x);
        observe?.Invoke(x);
        var gateAndUp = tape.Linear(tape.Normed(x, weights.PostAttentionNorm, config.NormEpsilon), Linear[4].Weights, Linear[5].Weights);
        x = tape.Linear(LinearOp.Gated(gateAndUp[0], gateAndUp[1]), Linear[6].Weights, residual: x);
        observe?.Invoke(x);
        return x;
    }

    Tensor Attend(Tape tape, LinearInput h, RowBatch batch, RotaryTables tables, KeyValuePages? cache)
    {
        var projected = tape.Linear(h, Linear[0].Weights, Linear[1].Weights, Linear[2].Weights);
        var q = Rotated(tape, projected[0], weights.QueryNorm, batch, tables);
        var k = Rotated(tape, projected[1], weights.KeyNorm, batch, tables);
        return tape.Attention(shape, batch.Plan, q, k, projected[2], cache);
    }

    Tensor Rotated(Tape tape, Tensor x, Parameter? norm, RowBatch batch, RotaryTables tables)
    {
        if (norm is not null)
        {
            x = tape.RmsNorm(x, norm, config.NormEpsilon);
        }

        return tape.Rotate(x, config.HeadWidth, batch.Positions, tables);
    }
}
