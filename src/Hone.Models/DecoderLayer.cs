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
        var attended = Attend(tape, tape.RmsNorm(x, weights.InputNorm, config.NormEpsilon), batch, tables, cache);
        x = Linear[3].Apply(tape, attended, residual: x);
        observe?.Invoke(x);
        var h = tape.RmsNorm(x, weights.PostAttentionNorm, config.NormEpsilon);
        var gated = tape.SwiGlu(Linear[4].Apply(tape, h), Linear[5].Apply(tape, h));
        x = Linear[6].Apply(tape, gated, residual: x);
        observe?.Invoke(x);
        return x;
    }

    Tensor Attend(Tape tape, Tensor h, RowBatch batch, RotaryTables tables, KeyValuePages? cache)
    {
        var q = Rotated(tape, Linear[0].Apply(tape, h), weights.QueryNorm, batch, tables);
        var k = Rotated(tape, Linear[1].Apply(tape, h), weights.KeyNorm, batch, tables);
        var v = Linear[2].Apply(tape, h);
        return tape.Attention(shape, batch.Plan, q, k, v, cache);
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
